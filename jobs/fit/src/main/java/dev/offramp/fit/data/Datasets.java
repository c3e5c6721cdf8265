package dev.offramp.fit.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/**
 * Loads labelled texts and splits them. Seeded: the same data and seed give the same splits in the
 * same order. Texts are taken as they are.
 *
 * <p>Forms: {@code wordnet}, fetched when first asked for (70 % training, 7.5 validation, 7.5
 * calibration, 15 test); a JSON file of CLINC150's form or a folder with {@code data_full.json}
 * (its validation split is halved into validation and calibration); a folder with {@code train.csv}
 * and {@code test.csv} (a fifth of the training rows is held out, and halved); one CSV file (a
 * fifth is for testing, the rest as before). All splits are stratified by label.
 */
public final class Datasets {
  private static final String CLINC_FILE = "data_full.json";
  private static final String TRAIN_FILE = "train.csv";
  private static final String TEST_FILE = "test.csv";

  private final Cache cache;
  private final Maven maven;

  /** Data sets; what is fetched is kept in this cache. */
  public Datasets(Cache cache) {
    this(cache, Maven.onPath());
  }

  Datasets(Cache cache, Maven maven) {
    this.cache = cache;
    this.maven = maven;
  }

  /**
   * Loads a data set.
   *
   * @param spec {@code wordnet}, a file or a folder
   * @param limit how many training examples to keep, stratified, and as large a share of the other
   *     splits; 0: all
   * @param seed of all chance
   * @throws IllegalArgumentException names file, place and rule
   */
  public Dataset load(String spec, int limit, long seed) {
    if (limit < 0) {
      throw new IllegalArgumentException("the limit of examples must be 0 (all) or more: " + limit);
    }
    try {
      return limited(all(spec, seed), limit, seed);
    } catch (IOException e) {
      throw new UncheckedIOException("the data %s can't be read: %s".formatted(spec, e), e);
    }
  }

  private Dataset all(String spec, long seed) throws IOException {
    if (spec.equals(WordNet.NAME)) {
      return WordNet.load(cache, maven, seed);
    }
    Path path = Path.of(spec);
    String name = path.toAbsolutePath().normalize().getFileName().toString();
    if (Files.isRegularFile(path.resolve(CLINC_FILE))) {
      return ClincFile.load(name, path.resolve(CLINC_FILE), seed);
    }
    if (Files.isRegularFile(path.resolve(TRAIN_FILE))
        && Files.isRegularFile(path.resolve(TEST_FILE))) {
      return csv(name, CsvFile.read(path.resolve(TRAIN_FILE)), path.resolve(TEST_FILE), seed);
    }
    if (Files.isRegularFile(path) && spec.endsWith(".json")) {
      return ClincFile.load(name, path, seed);
    }
    if (Files.isRegularFile(path) && spec.endsWith(".csv")) {
      return csv(name, CsvFile.read(path), null, seed);
    }
    throw new IllegalArgumentException(
        """
        there is no data '%s': give %s, a .json file of CLINC150's form, a .csv file, \
        or a folder with %s or with %s and %s"""
            .formatted(spec, WordNet.NAME, CLINC_FILE, TRAIN_FILE, TEST_FILE));
  }

  /**
   * A data set of CSV rows.
   *
   * @param testFile null to take a fifth of the rows for testing
   */
  private static Dataset csv(String name, List<CsvFile.Row> rows, Path testFile, long seed)
      throws IOException {
    TreeSet<String> found = new TreeSet<>();
    rows.forEach(row -> found.add(row.label()));
    List<String> labels = List.copyOf(found);
    Random chance = new Random(seed);
    List<Example> train = new ArrayList<>();
    rows.forEach(row -> train.add(new Example(row.text(), labels.indexOf(row.label()))));
    List<Example> test = new ArrayList<>();
    if (testFile == null) {
      List<List<Example>> parts = Stratified.split(train, chance, 0.8, 0.2);
      train.clear();
      train.addAll(parts.get(0));
      test.addAll(parts.get(1));
    } else {
      for (CsvFile.Row row : CsvFile.read(testFile)) {
        int label = labels.indexOf(row.label());
        if (label < 0) {
          throw new IllegalArgumentException(
              "%s, line %d: label '%s' is not among those of %s"
                  .formatted(testFile, row.line(), row.label(), TRAIN_FILE));
        }
        test.add(new Example(row.text(), label));
      }
    }
    List<List<Example>> parts = Stratified.split(train, chance, 0.8, 0.1, 0.1);
    return new Dataset(name, labels, parts.get(0), parts.get(1), parts.get(2), test, List.of());
  }

  private static Dataset limited(Dataset all, int limit, long seed) {
    if (limit == 0 || limit >= all.train().size()) {
      return all;
    }
    Random chance = new Random(seed);
    double share = (double) limit / all.train().size();
    return new Dataset(
        all.name(),
        all.labels(),
        Stratified.sample(all.train(), chance, limit),
        sample(all.validation(), chance, share),
        sample(all.calibration(), chance, share),
        sample(all.test(), chance, share),
        sample(all.outOfScope(), chance, share));
  }

  private static List<Example> sample(List<Example> examples, Random chance, double share) {
    return Stratified.sample(
        examples, chance, Math.toIntExact(Math.round(examples.size() * share)));
  }
}
