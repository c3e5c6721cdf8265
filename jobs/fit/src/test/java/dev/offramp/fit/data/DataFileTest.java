package dev.offramp.fit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataFileTest {
  @TempDir private Path folder;

  @Test
  void csvCellsAreQuotedByRfc4180() throws IOException {
    write(
        "a.csv", "id,text,label\r\n1,\"one, \"\"two\"\"\nthree\",x\r\n\r\n2,it's \"so\",\"y\"\r\n");

    assertThat(rows("a.csv", Columns.DEFAULT))
        .extracting(Row::text, Row::label, Row::place)
        .containsExactly(
            tuple("one, \"two\"\nthree", "x", place("a.csv", "line 2")),
            tuple("it's \"so\"", "y", place("a.csv", "line 5")));
  }

  @Test
  void tsvIsCsvWithTabs() throws IOException {
    write("a.tsv", "label\ttext\tid\nx\tone, two\t1\ny\t\"with\ttab\"\t2\nz\t three \t\n");

    assertThat(rows("a.tsv", Columns.DEFAULT))
        .extracting(Row::text, Row::label)
        .containsExactly(tuple("one, two", "x"), tuple("with\ttab", "y"), tuple(" three ", "z"));
  }

  @Test
  void emptyCellsOfTsvKeepTheirPlace() throws IOException {
    write("a.tsv", "id\tnote\ttext\tlabel\n\t\tone\tx\n\t\t\"two\"\ty\n");

    assertThat(rows("a.tsv", Columns.DEFAULT))
        .extracting(Row::text, Row::label)
        .containsExactly(tuple("one", "x"), tuple("two", "y"));
  }

  @Test
  void jsonLinesMayHoldMoreAndNestIt() throws IOException {
    write(
        "a.jsonl",
        """
        {"text": "one", "label": 3, "more": [1, {"a": null}]}

        {"label": true, "text": "tw\\u00f6 \\ud83d\\ude00"}
        {"label": "x", "text": "three"}\
        """);
    write(
        "b.ndjson",
        "{\"doc\": {\"body\": {\"en\": \"hi\"}, \"a.b\": \"q\"}, \"by.hand\": \"x\"}\n");

    assertThat(rows("a.jsonl", Columns.DEFAULT))
        .extracting(Row::text, Row::label, Row::place)
        .containsExactly(
            tuple("one", "3", place("a.jsonl", "line 1")),
            tuple("twö 😀", "true", place("a.jsonl", "line 3")),
            tuple("three", "x", place("a.jsonl", "line 4")));
    assertThat(
            rows("b.ndjson", Columns.DEFAULT.withText("doc.body.en").withLabel("by.hand")).get(0))
        .extracting(Row::text, Row::label)
        .containsExactly("hi", "x");
    assertThat(rows("b.ndjson", Columns.DEFAULT.withText("doc.a.b").withLabel("by.hand")).get(0))
        .extracting(Row::text)
        .isEqualTo("q");
  }

  @ParameterizedTest
  @CsvSource({"a.csv", "A.CSV", "a.tsv", "a.jsonl"})
  void textFilesMayBePacked(String name) throws IOException {
    String content =
        switch (name) {
          case "a.tsv" -> "text\tlabel\none\tx\n";
          case "a.jsonl" -> "{\"text\": \"one\", \"label\": \"x\"}";
          default -> "text,label\none,x\n";
        };
    // Two packed pieces in a row are one file, as gzip has it.
    byte[] packed = concat(pack(content.substring(0, 12)), pack(content.substring(12)));
    Files.write(folder.resolve(name + ".gz"), packed);

    assertThat(rows(name + ".gz", Columns.DEFAULT))
        .extracting(Row::text, Row::label)
        .containsExactly(tuple("one", "x"));
  }

  @Test
  void packedFileCutShortIsRefused() throws IOException {
    byte[] packed = pack("text,label\n" + "one,x\n".repeat(500));
    Files.write(folder.resolve("a.csv.gz"), Arrays.copyOf(packed, packed.length - 9));
    Files.writeString(folder.resolve("b.csv.gz"), "text,label\none,x\n");

    assertThatError("a.csv.gz", Columns.DEFAULT)
        .startsWith("FILE: not a whole gzip file: Unexpected end");
    assertThatError("b.csv.gz", Columns.DEFAULT)
        .startsWith("FILE: not a whole gzip file: Not in GZIP format");
  }

  @Test
  void longFileKeepsItsLines() throws IOException {
    StringBuilder csv = new StringBuilder("text,label\n");
    for (int i = 0; i < 50_000; i++) {
      csv.append("größer als 😀 ").append(i).append(",x\n");
    }
    Path file = write("long.csv", csv + "last,\n");

    assertThatError("long.csv", Columns.DEFAULT)
        .isEqualTo("FILE, line 50002, column 2: the label must not be blank");
    Files.writeString(file, csv + "last,y\n");
    List<Row> rows = rows("long.csv", Columns.DEFAULT);
    assertThat(rows).hasSize(50_001);
    assertThat(rows.get(49_999).text()).isEqualTo("größer als 😀 49999");
    assertThat(rows.get(50_000).number()).isEqualTo(50_002);
    assertThat(rows.get(7).label()).as("one object a label").isSameAs(rows.get(8).label());
  }

  @Test
  void invalidUtf8IsRefusedWithItsPlace() throws IOException {
    byte[] head =
        ("text,label\n" + "größer als 😀,x\n".repeat(20_000) + "caf")
            .getBytes(StandardCharsets.UTF_8);
    Files.write(folder.resolve("a.csv"), concat(head, new byte[] {(byte) 0xe9, ',', 'x', '\n'}));
    Files.write(
        folder.resolve("b.jsonl"),
        concat(
            "\uFEFF{\"text\": \"a".getBytes(StandardCharsets.UTF_8),
            new byte[] {(byte) 0xf0, (byte) 0x9f}));

    assertThatError("a.csv", Columns.DEFAULT)
        .isEqualTo("FILE, line 20002, character 4: not valid UTF-8; save the file as UTF-8");
    assertThatError("b.jsonl", Columns.DEFAULT)
        .isEqualTo("FILE, line 1, character 12: not valid UTF-8; save the file as UTF-8");
  }

  @Test
  void jsonLinesErrorsNameFileLinePlaceAndRule() throws IOException {
    assertThatLines("").isEqualTo("FILE: there must be at least one record");
    assertThatLines("[1]")
        .isEqualTo("FILE, line 1: a line must be one JSON object, and nothing else");
    assertThatLines(line("a", "x") + "{} {}")
        .isEqualTo("FILE, line 2: a line must be one JSON object, and nothing else");
    assertThatLines(line("a", "x") + "{\"text\": }").startsWith("FILE, line 2, character 10: ");
    assertThatLines(line("a", "x") + "{\"text\": \"b")
        .startsWith("FILE, line 2, character ")
        .contains("Unexpected end-of-input");
    assertThatLines("{\"text\": \"a\", \"text\": \"b\", \"label\": \"x\"}")
        .contains("Duplicate field 'text'");
    assertThatLines(line("a", "x") + "\n{\"text\": \"b\"}\n")
        .isEqualTo("FILE, line 3, column 'label': the label is missing");
    assertThatLines("{\"text\": null, \"label\": \"x\"}")
        .isEqualTo("FILE, line 1, column 'text': the text is missing");
    assertThatLines("{\"text\": 3, \"label\": \"x\"}")
        .isEqualTo("FILE, line 1, column 'text': the text must be a text: 3");
    assertThatLines("{\"text\": \" \", \"label\": \"x\"}")
        .isEqualTo("FILE, line 1, column 'text': the text must not be blank");
    assertThatLines("{\"text\": \"half \\ud83d pair\", \"label\": \"x\"}")
        .isEqualTo("FILE, line 1, column 'text': the text must be valid Unicode");
    assertThatLines("{\"text\": \"a\", \"label\": 0.5}")
        .isEqualTo(
            "FILE, line 1, column 'label': the label must be a text, a whole number, true, false or"
                + " an enum's symbol: 0.5");
    assertThatLines("{\"text\": \"a\", \"label\": [\"x\"]}").contains("an enum's symbol: [x]");
  }

  @Test
  void columnsAreNamedOrCalledAsIsUsual() throws IOException {
    write("a.csv", "Sentence ,INTENT,title,kind,title\none,x,two,y,three\n");

    assertThat(rows("a.csv", Columns.DEFAULT).get(0))
        .extracting(Row::text, Row::label)
        .containsExactly("one", "x");
    assertThat(rows("a.csv", Columns.DEFAULT.withLabel("kind")).get(0).label()).isEqualTo("y");
    assertThatError("a.csv", Columns.DEFAULT.withLabel("Kind"))
        .isEqualTo(
            "FILE, line 1: there is no column 'Kind' (--label-column): there are [Sentence, INTENT,"
                + " title, kind, title]");
    assertThatError("a.csv", Columns.DEFAULT.withText("title"))
        .startsWith("FILE, line 1: there must be one column 'title' (--text-column): there are [");
    assertThatError("a.csv", Columns.DEFAULT.withSplit("split"))
        .startsWith("FILE, line 1: there is no column 'split' (--split-column): there are [");
    assertThatError("a.csv", Columns.DEFAULT.withTensor("pixels", null))
        .startsWith("FILE, line 1: there is no column 'pixels' (--tensor-column): there are [");
    write("b.csv", "text,utterance,label\none,two,x\n");
    assertThatError("b.csv", Columns.DEFAULT)
        .isEqualTo(
            "FILE, line 1: there must be one column called text or sentence or utterance: there are"
                + " [text, utterance, label]; name the right one with --text-column");
    assertThat(rows("b.csv", Columns.DEFAULT.withText("utterance")).get(0).text()).isEqualTo("two");
  }

  @Test
  void splitColumnSaysWhatRowsAreFor() throws IOException {
    write("a.csv", "text,label,part\na,x,train\nb,x,Val\nc,x,dev\nd,x,calibration\ne,x,TEST \n");
    write("b.csv", "text,label,part\na,x,train\nb,x,holdout\n");
    write("c.csv", "text,label,part\na,x,train\nb,x,\n");
    Columns columns = Columns.DEFAULT.withSplit("part");

    assertThat(rows("a.csv", columns))
        .extracting(Row::split)
        .containsExactly(
            Split.TRAIN, Split.VALIDATION, Split.VALIDATION, Split.CALIBRATION, Split.TEST);
    assertThat(rows("a.csv", Columns.DEFAULT)).extracting(Row::split).containsOnlyNulls();
    assertThatError("b.csv", columns)
        .isEqualTo(
            "FILE, line 3, column 3: the split must be train, validation (or val, dev),"
                + " calibration or test: holdout");
    assertThatError("c.csv", columns).endsWith("calibration or test: ");
  }

  @Test
  void labelOfWhatIsOutOfScopeIsNoLabel() throws IOException {
    write("a.csv", "text,label\na,x\nb,oos\n");

    assertThat(rows("a.csv", Columns.DEFAULT.withOutOfScopeLabel("oos")))
        .extracting(Row::label)
        .containsExactly("x", null);
  }

  @Test
  void fileThatUnpacksWithoutEndIsRefused() throws IOException {
    for (String name : List.of("bomb.csv.gz", "bomb.jsonl.gz")) {
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(name)))) {
        boolean csv = name.startsWith("bomb.csv");
        out.write((csv ? "text,label\n" : line("a", "x")).getBytes(StandardCharsets.UTF_8));
        String more = csv ? "a".repeat(1 << 16) + ",x\n" : "a".repeat(1 << 16);
        for (int i = 0; i < 160; i++) {
          out.write(more.getBytes(StandardCharsets.UTF_8));
        }
      }
    }
    for (String name : List.of("bomb.csv.gz", "bomb.jsonl.gz")) {
      assertThatError(name, Columns.DEFAULT)
          .startsWith("FILE: unpacks to more than 100 times its size");
    }
  }

  @Test
  void lineWithoutEndIsRefused() throws IOException {
    write("a.jsonl", line("a", "x") + "[".repeat(33_600_000));

    assertThatError("a.jsonl", Columns.DEFAULT)
        .isEqualTo("FILE, line 2: a line must have at most 33554432 characters");
  }

  @Test
  void linesEndWithEitherOrBoth() throws IOException {
    write("a.jsonl", line("a", "x").strip() + "\r\n\r" + line("b", "y") + line("c", "z").strip());

    assertThat(rows("a.jsonl", Columns.DEFAULT))
        .extracting(Row::text, Row::place)
        .containsExactly(
            tuple("a", place("a.jsonl", "line 1")),
            tuple("b", place("a.jsonl", "line 3")),
            tuple("c", place("a.jsonl", "line 4")));
  }

  @Test
  void headerOfManyColumnsIsNotToldWhole() throws IOException {
    write("a.csv", "c,".repeat(100_000) + "d\n1\n");

    assertThatError("a.csv", Columns.DEFAULT)
        .contains("and 99971 more")
        .satisfies(message -> assertThat(message).hasSizeLessThan(400));
  }

  private List<Row> rows(String name, Columns columns) throws IOException {
    List<Row> rows = new ArrayList<>();
    DataFile.of(folder.resolve(name)).orElseThrow().read(columns, null, rows::add);
    return rows;
  }

  private AbstractStringAssert<?> assertThatLines(String content) throws IOException {
    write("wrong.jsonl", content);
    return assertThatError("wrong.jsonl", Columns.DEFAULT);
  }

  /** The message with the file's name as FILE. */
  private AbstractStringAssert<?> assertThatError(String name, Columns columns) {
    Throwable thrown = catchThrowable(() -> rows(name, columns));
    assertThat(thrown).isInstanceOf(IllegalArgumentException.class);
    String file = folder.resolve(name).toString();
    assertThat(thrown.getMessage()).startsWith(file);
    return assertThat(thrown.getMessage().replace(file, "FILE"));
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private String place(String name, String place) {
    return folder.resolve(name) + ", " + place;
  }

  private static String line(String text, String label) {
    return "{\"text\": \"%s\", \"label\": \"%s\"}\n".formatted(text, label);
  }

  private static byte[] pack(String content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static byte[] concat(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }
}
