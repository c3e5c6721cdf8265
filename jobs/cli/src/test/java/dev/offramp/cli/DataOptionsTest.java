package dev.offramp.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.fit.data.Columns;
import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.data.Example;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DataOptionsTest {
  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Console console =
      new Console(new PrintStream(out, true, StandardCharsets.UTF_8), false);

  @Test
  void nothingIsNamedByDefault() {
    DataOptions options = parse("--data", "intents.csv");

    assertThat(options.location()).isEqualTo("intents.csv");
    assertThat(options.limit()).isZero();
    assertThat(options.columns()).isEqualTo(Columns.DEFAULT);
  }

  @Test
  void optionsNameTheColumns() {
    DataOptions texts =
        parse(
            "--data=d --limit=9 --text-column=q --label-column=topic --split-column=part"
                + " --out-of-scope-label=none");
    DataOptions tensors = parse("--data=d --tensor-column=pixels --tensor-shape=3x32x32");

    assertThat(texts.limit()).isEqualTo(9);
    assertThat(texts.columns()).isEqualTo(new Columns("q", "topic", null, "part", null, "none"));
    assertThat(tensors.columns())
        .isEqualTo(Columns.DEFAULT.withTensor("pixels", List.of(3, 32, 32)));
    DataOptions wrong = parse("--data=d --tensor-shape=3,32");
    assertThatThrownBy(wrong::columns).hasMessageContaining("like 3x32x32: 3,32");
  }

  @Test
  void dataIsLoadedAndWhatAPersonShouldKnowIsSaid() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("a.tsv"),
            """
            q\tlabel\tpart
            a\tx\ttrain
            b\ty\ttrain
            a\tx\ttest
            c\tx\tval
            d\ty\tcalibration
            moon\tnone\ttest
            sun\tnone\ttrain
            """);

    Dataset data =
        parse(
                "--data",
                file.toString(),
                "--text-column=q",
                "--split-column=part",
                "--out-of-scope-label=none")
            .load(1, console);

    assertThat(data.outOfScope()).containsExactly(new Example("moon", Example.OUT_OF_SCOPE));
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "a.tsv: 1 out-of-scope examples outside the test split are left out: nothing is learned"
                + " from them",
            "a.tsv: 1 of 1 test examples are copies of examples for training, validation or"
                + " calibration: figures on them are too good; remove the copies from one of the"
                + " splits");
  }

  private static DataOptions parse(String... arguments) {
    String[] all = arguments.length == 1 ? arguments[0].split(" ", -1) : arguments;
    return CommandLine.populateCommand(new DataOptions(), all);
  }
}
