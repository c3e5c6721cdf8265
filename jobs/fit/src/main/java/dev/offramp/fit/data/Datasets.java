package dev.offramp.fit.data;

import dev.offramp.runtime.FileFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Loads labelled examples and splits them. Seeded: the same data and seed give the same splits in
 * the same order. Texts are taken as they are. Files are streamed: what is held is the examples.
 *
 * <p>Forms: {@code wordnet}, fetched when first asked for; a JSON file of CLINC150's form, or a
 * folder with {@code data_full.json}; a file of CSV, TSV, JSON lines or Avro; a folder with such
 * files of one format, called train, test, validation (or val, dev), calibration. All but Avro may
 * be packed by gzip.
 *
 * <p>Splits that are given, by the files of a folder or by a column, are kept. What isn't given is
 * made of the examples for training, stratified by label, and in this order: a fifth for testing;
 * then a fifth for both validation and calibration. But CLINC150's form divides its validation
 * split into both, and {@code wordnet} has 70, 5, 10 and 15 % for training, validation, calibration
 * and testing. Calibration has twice the examples of validation: each exit's prediction sets stand
 * on those that leave there. A label with too few examples for every split is in training first.
 * Examples with the same content (exact text, or tensor) stay in one split where splits are made;
 * where they are given, copies across splits are kept and reported with their number. Rows that no
 * label fits are {@link Dataset#outOfScope} if they are for testing, or if no split is given;
 * others are left out. Data may be for testing only: then nothing is made, and nothing can be
 * learned from it.
 */
public final class Datasets {
  private static final String CLINC_FILE = "data_full.json";

  private final Cache cache;
  private final Maven maven;
  private final Consumer<String> notes;

  /** Data sets; what is fetched is kept in this cache. */
  public Datasets(Cache cache) {
    this(cache, note -> {});
  }

  /**
   * Data sets.
   *
   * @param cache keeps what is fetched
   * @param notes hears what a person should know about the data: a line each
   */
  public Datasets(Cache cache, Consumer<String> notes) {
    this(cache, Maven.onPath(), notes);
  }

  Datasets(Cache cache, Maven maven, Consumer<String> notes) {
    this.cache = cache;
    this.maven = maven;
    this.notes = notes;
  }

  /** As {@link #load(String, Columns, int, long)}, with columns called as is usual. */
  public Dataset load(String spec, int limit, long seed) {
    return load(spec, Columns.DEFAULT, limit, seed);
  }

  /**
   * Loads a data set.
   *
   * @param spec {@code wordnet}, a file or a folder
   * @param columns which are read; of the form that has columns
   * @param limit how many training examples to keep, stratified, and as large a share of the other
   *     splits; 0: all
   * @param seed of all chance
   * @throws IllegalArgumentException names file, place and rule
   */
  public Dataset load(String spec, Columns columns, int limit, long seed) {
    if (limit < 0) {
      throw new IllegalArgumentException("the limit of examples must be 0 (all) or more: " + limit);
    }
    try {
      Dataset data = limited(all(spec, columns, seed), limit, seed);
      SplitCopies.report(data, notes);
      return data;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the data %s can't be read: %s".formatted(spec, FileFailure.withFile(e)), e);
    }
  }

  private Dataset all(String spec, Columns columns, long seed) throws IOException {
    if (spec.equals(WordNet.NAME)) {
      checkNoColumns(spec, columns);
      return WordNet.load(cache, maven, seed);
    }
    Path path = Path.of(spec);
    String name = path.toAbsolutePath().normalize().getFileName().toString();
    Path clinc = Files.isDirectory(path) ? path.resolve(CLINC_FILE) : path;
    List<Row> rows = new ArrayList<>();
    if (Files.isRegularFile(clinc) && isJson(clinc)) {
      checkNoColumns(spec, columns);
      ClincFile.read(clinc, rows::add);
      return Splits.of(name, rows, true, seed, notes);
    }
    if (Files.isDirectory(path)) {
      Map<Split, DataFile> files = DataFolder.files(path);
      if (!files.isEmpty() && columns.split() != null) {
        throw new IllegalArgumentException(
            "a column of splits (--split-column %s) is for one file: the folder %s has a file for each split"
                .formatted(columns.split(), path));
      }
      for (Map.Entry<Split, DataFile> file : files.entrySet()) {
        file.getValue().read(columns, file.getKey(), rows::add);
      }
    } else if (Files.isRegularFile(path) && DataFile.of(path).isPresent()) {
      DataFile.of(path).get().read(columns, null, rows::add);
    }
    if (rows.isEmpty()) {
      throw new IllegalArgumentException(
          """
          there is no data '%s': give %s, a file that ends with %s, a folder with files train and \
          test of one such ending, a .json file of CLINC150's form, or a folder with %s"""
              .formatted(spec, WordNet.NAME, DataFile.ENDINGS, CLINC_FILE));
    }
    if (columns.outOfScopeLabel() != null && rows.stream().noneMatch(r -> r.label() == null)) {
      notes.accept(
          "%s: no row has the label '%s' of what is out of scope"
              .formatted(name, columns.outOfScopeLabel()));
    }
    return Splits.of(name, rows, false, seed, notes);
  }

  private static boolean isJson(Path file) {
    return file.toString().endsWith(".json") || file.toString().endsWith(".json" + Utf8Reader.GZIP);
  }

  private static void checkNoColumns(String spec, Columns columns) {
    if (!columns.equals(Columns.DEFAULT)) {
      throw new IllegalArgumentException(
          "columns, shapes and labels can be named for files that end with %s: the data %s has its own"
              .formatted(DataFile.ENDINGS, spec));
    }
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
