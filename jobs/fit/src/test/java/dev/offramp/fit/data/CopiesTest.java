package dev.offramp.fit.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Examples with the same content, in splits that are made and in splits that are given. */
class CopiesTest {
  private static final Columns SPLIT = Columns.DEFAULT.withSplit("split");

  @TempDir private Path folder;

  private final List<String> notes = new ArrayList<>();

  @Test
  void copiesOfATextAreInOneOfTheSplitsThatAreMade() throws IOException {
    StringBuilder csv = new StringBuilder("text,label\n");
    for (int copy = 0; copy < 6; copy++) {
      for (int i = 0; i < 100; i++) {
        csv.append("text ").append(i).append(",label ").append(i % 4).append('\n');
      }
    }
    Path file = write("a.csv", csv.toString());

    for (int seed = 0; seed < 5; seed++) {
      Dataset data = datasets().load(file.toString(), 0, seed);

      assertNoContentInTwoSplits(data);
      assertThat(data.train()).hasSizeBetween(378, 390);
      assertThat(data.validation()).hasSizeBetween(24, 36);
      assertThat(data.calibration()).hasSizeBetween(60, 66);
      assertThat(data.test()).hasSizeBetween(114, 126);
    }
    assertThat(notes).isEmpty();
  }

  @Test
  void copiesOfATensorAreInOneOfTheSplitsThatAreMade() throws IOException {
    StringBuilder csv = new StringBuilder("tensor,label\n");
    for (int copy = 0; copy < 3; copy++) {
      for (int i = 0; i < 100; i++) {
        csv.append("0.%02d 0.5,%d\n".formatted(i, i % 2));
      }
    }

    assertNoContentInTwoSplits(load(write("a.csv", csv.toString()), Columns.DEFAULT));
  }

  @Test
  void copiesStayTogetherWhereAGivenSplitIsDivided() throws IOException {
    StringBuilder pairs = new StringBuilder();
    for (int i = 0; i < 120; i++) {
      pairs.append(i == 0 ? "" : ",").append("[\"v%d\", \"%d\"]".formatted(i % 20, i % 2));
    }
    Path file =
        write(
            "clinc.json",
            "{\"train\": [[\"a\", \"0\"], [\"b\", \"1\"]], \"val\": [%s], \"test\": [[\"c\", \"0\"]]}"
                .formatted(pairs));

    Dataset data = load(file, Columns.DEFAULT);

    assertThat(data.validation()).hasSizeBetween(34, 46);
    assertThat(data.calibration()).hasSizeBetween(74, 86);
    assertNoContentInTwoSplits(data);
  }

  @Test
  void copiesAcrossGivenSplitsAreKeptAndCounted() throws IOException {
    write("train.csv", "text,label\na,x\nb,y\na,x\nc,x\n");
    write("val.csv", "text,label\na,x\nv,y\n");
    write("calibration.csv", "text,label\na,x\nb,y\nv,y\nk,x\n");
    write("test.csv", "text,label\na,x\nk,x\nd,x\nb,y\n");

    Dataset data = load(folder, Columns.DEFAULT);

    assertThat(data.validation()).hasSize(2);
    assertThat(data.calibration()).hasSize(4);
    assertThat(data.test()).hasSize(4);
    String name = folder.getFileName().toString();
    assertThat(notes)
        .containsExactly(
            name
                + ": 1 of 2 validation examples are copies of examples for training: operating"
                + " points chosen on them look better than they are; remove the copies from one of"
                + " the splits",
            name
                + ": 3 of 4 calibration examples are copies of examples for training or validation:"
                + " prediction sets miss their level and probabilities are too high; remove the"
                + " copies from one of the splits",
            name
                + ": 3 of 4 test examples are copies of examples for training, validation or"
                + " calibration: figures on them are too good; remove the copies from one of the"
                + " splits");
  }

  @Test
  void copiesOfTensorsAcrossGivenSplitsAreCounted() throws IOException {
    Path file =
        write(
            "a.csv",
            """
            tensor,label,split
            1 2 3,x,train
            4 5 6,y,train
            1 2 3,x,test
            7 8 9,x,val
            0 0 0,x,calibration
            """);

    assertThat(load(file, SPLIT).test().get(0).tensor().values()).containsExactly(1, 2, 3);
    assertThat(notes).singleElement().asString().startsWith("a.csv: 1 of 1 test examples are copi");
  }

  @Test
  void contentWithTwoLabelsIsCountedWithItsPlaces() throws IOException {
    StringBuilder csv = new StringBuilder("text,label\n");
    for (int i = 0; i < 40; i++) {
      csv.append("text ").append(i).append(i % 2 == 0 ? ",even\n" : ",odd\n");
    }
    Path file = write("a.csv", csv + "text 3,even\ntext 4,odd\ntext 5,odd\n");

    assertNoContentInTwoSplits(load(file, Columns.DEFAULT));
    assertThat(notes)
        .containsExactly(
            ("a.csv: 2 contents have examples with different labels, the first at %s, line 5 ('odd')"
                    + " and %s, line 42 ('even'): correct the labels")
                .formatted(file, file));
  }

  @Test
  void limitKeepsCopiesInOneSplit() throws IOException {
    StringBuilder csv = new StringBuilder("text,label\n");
    for (int i = 0; i < 600; i++) {
      csv.append("text ").append(i % 200).append(",label ").append(i % 4).append('\n');
    }

    Dataset data = datasets().load(write("a.csv", csv.toString()).toString(), 100, 1);

    assertThat(data.train()).hasSize(100);
    assertNoContentInTwoSplits(data);
  }

  @Property(tries = 200)
  void partsOfCopiesHoldEachContentOnceAndEveryLabelIsInTheFirst(
      @ForAll @Size(min = 1, max = 60) List<@IntRange(max = 15) Integer> contents,
      @ForAll @IntRange(min = 1, max = 5) int labels,
      @ForAll long seed) {
    List<Example> examples = new ArrayList<>();
    Random chance = new Random(seed);
    contents.forEach(c -> examples.add(new Example("text " + c, chance.nextInt(labels))));

    List<List<Example>> parts = Stratified.trainFirst(examples, new Random(seed), 0.1, 0.5, 0.4);

    assertThat(parts.stream().flatMap(List::stream).toList())
        .containsExactlyInAnyOrderElementsOf(examples);
    assertNoContentInTwo(parts);
    assertThat(parts.get(0).stream().map(Example::label))
        .containsAll(examples.stream().map(Example::label).toList());
  }

  private static void assertNoContentInTwoSplits(Dataset data) {
    assertNoContentInTwo(List.of(data.train(), data.validation(), data.calibration(), data.test()));
  }

  private static void assertNoContentInTwo(List<List<Example>> parts) {
    Map<Object, Set<Integer>> places = new HashMap<>();
    for (int p = 0; p < parts.size(); p++) {
      for (Example e : parts.get(p)) {
        Object content = e.text() == null ? List.of(e.tensor().values()[0]) : e.text();
        places.computeIfAbsent(content, c -> new HashSet<>()).add(p);
      }
    }
    assertThat(places).allSatisfy((content, in) -> assertThat(in).hasSize(1));
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
}
