package dev.offramp.fit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Splits as given and as made, through {@link Datasets}. */
class SplitsTest {
  private static final Columns SPLIT = Columns.DEFAULT.withSplit("split");

  @TempDir private Path folder;

  private final List<String> notes = new ArrayList<>();

  @Test
  void splitsOfAColumnAreKept() throws IOException {
    Path file =
        write(
            "a.csv",
            """
            text,label,split
            a,x,train
            b,y,train
            c,y,test
            d,x,dev
            e,y,calibration
            """);

    Dataset data = load(file, SPLIT);

    assertThat(data.labels()).containsExactly("x", "y");
    assertThat(data.train()).containsExactly(new Example("a", 0), new Example("b", 1));
    assertThat(data.validation()).containsExactly(new Example("d", 0));
    assertThat(data.calibration()).containsExactly(new Example("e", 1));
    assertThat(data.test()).containsExactly(new Example("c", 1));
    assertThat(notes).isEmpty();
  }

  @Test
  void splitsOfAFolderAreKept() throws IOException {
    write("train.jsonl", json("a", "x") + json("b", "y"));
    write("val.ndjson", json("c", "x"));
    write("calibration.jsonl", json("d", "x"));
    write("test.jsonl", json("e", "y"));
    write("LICENSE", "mine");
    write("notes.csv", "not read");

    Dataset data = load(folder, Columns.DEFAULT);

    assertThat(data.train()).hasSize(2);
    assertThat(data.validation()).containsExactly(new Example("c", 0));
    assertThat(data.calibration()).containsExactly(new Example("d", 0));
    assertThat(data.test()).containsExactly(new Example("e", 1));
    assertThatThrownBy(() -> load(folder, SPLIT))
        .hasMessage(
            "a column of splits (--split-column split) is for one file: the folder %s has a file for"
                    .formatted(folder)
                + " each split");
  }

  @Test
  void whatIsMissingIsMadeOfTrain() throws IOException {
    assertSizes(load(rows("train", 200), SPLIT), 128, 11, 21, 40);
    assertSizes(load(rows("train", 200, "test", 30), SPLIT), 160, 13, 27, 30);
    assertSizes(load(rows("train", 200, "val", 30), SPLIT), 144, 30, 16, 40);
    assertSizes(load(rows("train", 200, "calibration", 30, "test", 8), SPLIT), 180, 20, 30, 8);
    assertSizes(load(rows("train", 200, "val", 9, "calibration", 7), SPLIT), 160, 9, 7, 40);
  }

  @Test
  void madeSplitsHoldEveryExampleOnceAndDependOnTheSeed() throws IOException {
    Path file = rows("train", 200, "val", 30);

    Dataset data = load(file, SPLIT);

    assertThat(
            Stream.of(data.train(), data.validation(), data.calibration(), data.test())
                .flatMap(List::stream))
        .doesNotHaveDuplicates()
        .hasSize(230);
    assertThat(load(file, SPLIT)).isEqualTo(data);
    Dataset other = datasets().load(file.toString(), SPLIT, 0, 2);
    assertThat(other.test()).isNotEqualTo(data.test());
    assertThat(other.validation()).as("given").isEqualTo(data.validation());
  }

  /** A bundle's id holds a hash of its examples: those of data without copies must not change. */
  @Test
  void splitsOfDataWithoutCopiesAreThoseOfTheFirstVersion() throws IOException {
    assertThat(hash(load(rows("train", 200), SPLIT))).isEqualTo("86d1d4a0ae66c99d");
    assertThat(hash(load(rows("train", 200, "val", 30), SPLIT))).isEqualTo("59da62e4a7bfb2af");
    assertThat(hash(load(rows("train", 331, "test", 30, "calibration", 9), SPLIT)))
        .isEqualTo("c829368796373944");
    Path rare = write("rare.csv", "text,label\n" + lines(0, 90, "x") + lines(90, 3, "y"));
    assertThat(hash(datasets().load(rare.toString(), 40, 7))).isEqualTo("3b7b91a8670a19a3");
  }

  private static String hash(Dataset data) {
    Hash hash = new Hash();
    for (List<Example> split :
        List.of(data.train(), data.validation(), data.calibration(), data.test())) {
      hash.add(Integer.toString(split.size()));
      split.forEach(e -> hash.add(e).add(Integer.toString(e.label())));
    }
    return hash.hex().substring(0, 16);
  }

  @Test
  void labelWithTooFewExamplesIsInTrain() throws IOException {
    StringBuilder csv = new StringBuilder("text,label\n");
    for (int i = 0; i < 100; i++) {
      csv.append("text ").append(i).append(i % 2 == 0 ? ",even\n" : ",odd\n");
    }
    for (int i = 0; i < 7; i++) {
      csv.append("once ").append(i).append(",once ").append(i).append('\n');
    }
    Path file = write("a.csv", csv.toString());

    for (int seed = 0; seed < 10; seed++) {
      notes.clear();
      Dataset data = datasets().load(file.toString(), 0, seed);
      assertThat(data.train().stream().map(Example::label).distinct()).hasSize(9);
      assertThat(notes)
          .containsExactly(
              "a.csv: 7 labels have too few examples to be in every split; the one for training"
                  + " comes first: 'once 0' (1), 'once 1' (1), 'once 2' (1), 'once 3' (1), 'once 4'"
                  + " (1), ...");
    }
  }

  @Test
  void outOfScopeExamplesOfTheTestSplitAreJudgedAndOthersLeftOut() throws IOException {
    write("train.csv", "text,label\na,x\nb,y\nstone,oos\n");
    write("val.csv", "text,label\nc,x\nsand,oos\n");
    write("calibration.csv", "text,label\nd,x\n");
    write("test.csv", "text,label\ne,y\nmoon,oos\n");

    Dataset data = load(folder, Columns.DEFAULT.withOutOfScopeLabel("oos"));

    assertThat(data.labels()).containsExactly("x", "y");
    assertThat(data.train()).hasSize(2);
    assertThat(data.test()).containsExactly(new Example("e", 1));
    assertThat(data.outOfScope()).containsExactly(new Example("moon", Example.OUT_OF_SCOPE));
    assertThat(notes)
        .containsExactly(
            folder.getFileName()
                + ": 2 out-of-scope examples outside the test split are left out: nothing is"
                + " learned from them");
  }

  @Test
  void outOfScopeExamplesOfNoSplitAreJudged() throws IOException {
    Path file =
        write("a.csv", "text,label\n" + lines(0, 20, "x") + lines(20, 20, "y") + lines(40, 9, "o"));

    Dataset data = load(file, Columns.DEFAULT.withOutOfScopeLabel("o"));

    assertThat(data.outOfScope()).hasSize(9).allMatch(e -> e.label() == Example.OUT_OF_SCOPE);
    assertThat(data.test()).hasSize(8);
    assertThat(notes).isEmpty();
    load(file, Columns.DEFAULT.withOutOfScopeLabel("0"));
    assertThat(notes).contains("a.csv: no row has the label '0' of what is out of scope");
  }

  @Test
  void dataForTestingOnlyIsLeftWhole() throws IOException {
    write("test.csv", "text,label\na,x\nb,z\n");

    Dataset data = load(folder, Columns.DEFAULT);

    assertThat(data.labels()).containsExactly("x", "z");
    assertThat(data.train()).isEmpty();
    assertThat(data.test()).hasSize(2);
    assertThat(datasets().load(folder.toString(), 100, 1)).isEqualTo(data);
  }

  @Test
  void examplesMustBeAllOfOneKindAndShape() throws IOException {
    Path shapes =
        write(
            "shapes.jsonl",
            "{\"tensor\": [[1, 2]], \"label\": 0}\n{\"tensor\": [[1], [2]], \"label\": 1}\n");
    write("train.jsonl", json("a", "x") + json("b", "y"));
    Path test = write("test.jsonl", "{\"tensor\": [1, 2], \"label\": \"x\"}\n");

    assertThatThrownBy(() -> load(shapes, Columns.DEFAULT))
        .hasMessage(
            shapes + ", line 2: the tensor must have the shape of the first, 1x2: it has 2x1");
    assertThatThrownBy(() -> load(folder, Columns.DEFAULT))
        .hasMessage(
            "%s, line 1: examples must be all texts or all tensors: %s, line 1 has the other kind"
                .formatted(test, folder.resolve("train.jsonl")));
  }

  @Test
  void oneLabelIsNothingToLearn() throws IOException {
    Path file = write("a.csv", "text,label\na,x\nb,x\n");

    assertThatThrownBy(() -> load(file, Columns.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the data a.csv must have two labels or more to tell apart: all rows for training have"
                + " 'x'");
  }

  @Test
  void labelUnknownToTrainingIsRefusedWithItsPlace() throws IOException {
    Path file = write("a.csv", "text,label,split\na,x,train\nb,y,train\nc,z,dev\n");

    assertThatThrownBy(() -> load(file, SPLIT))
        .hasMessage(file + ", line 4: label 'z' is not among those of the rows for training");
  }

  @Test
  void folderWithTwoFilesForOneSplitOrOfTwoFormatsIsRefused() throws IOException {
    write("train.csv", "");
    write("dev.csv", "");
    write("val.csv", "");

    assertThatThrownBy(() -> load(folder, Columns.DEFAULT))
        .hasMessage(
            folder + ": there must be one file for each split: there are dev.csv and val.csv");
    Files.delete(folder.resolve("val.csv"));
    write("test.tsv", "");
    assertThatThrownBy(() -> load(folder, Columns.DEFAULT))
        .hasMessage(
            folder
                + ": the files of all splits must have one format: there are train.csv and"
                + " test.tsv");
  }

  @Test
  void folderWithNeitherTrainNorTestIsNoData() throws IOException {
    write("val.csv", "text,label\na,x\n");

    assertThatThrownBy(() -> load(folder, Columns.DEFAULT))
        .hasMessageStartingWith("there is no data '" + folder + "': give wordnet, ");
  }

  @Test
  void columnsOfDataThatHasItsOwnAreRefused() throws IOException {
    Path clinc = write("clinc.json", "{}");

    for (String spec : List.of("wordnet", clinc.toString())) {
      assertThatThrownBy(
              () -> datasets().load(spec, Columns.DEFAULT.withOutOfScopeLabel("oos"), 0, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("columns, shapes and labels can be named for files that end with")
          .hasMessageEndingWith("the data " + spec + " has its own");
    }
  }

  private Datasets datasets() {
    return new Datasets(
        new Cache(folder.resolve("cache")), new Maven("no-such-program"), notes::add);
  }

  private Dataset load(Path path, Columns columns) {
    return datasets().load(path.toString(), columns, 0, 1);
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  /** A file of so many rows of each split. */
  private Path rows(Object... splitsAndCounts) throws IOException {
    StringBuilder csv = new StringBuilder("text,label,split\n");
    for (int s = 0; s < splitsAndCounts.length; s += 2) {
      for (int i = 0; i < (int) splitsAndCounts[s + 1]; i++) {
        csv.append("%s %d,%d,%s\n".formatted(splitsAndCounts[s], i, i % 4, splitsAndCounts[s]));
      }
    }
    return write("rows.csv", csv.toString());
  }

  private static String lines(int from, int count, String label) {
    return String.join(
        "",
        IntStream.range(from, from + count)
            .mapToObj(i -> "text %d,%s\n".formatted(i, label))
            .toList());
  }

  private static void assertSizes(
      Dataset data, int train, int validation, int calibration, int test) {
    assertThat(
            List.of(
                data.train().size(),
                data.validation().size(),
                data.calibration().size(),
                data.test().size()))
        .containsExactly(train, validation, calibration, test);
  }

  private static String json(String text, String label) {
    return "{\"text\": \"%s\", \"label\": \"%s\"}\n".formatted(text, label);
  }
}
