package dev.offramp.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offramp.cli.OfframpCommand;
import dev.offramp.runtime.TinyBundle;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfframpCommandTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final PrintStream realOut = System.out;
  private final PrintStream realErr = System.err;

  @BeforeEach
  void listen() {
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restore() {
    System.setOut(realOut);
    System.setErr(realErr);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void helpNamesEveryCommand() {
    assertThat(OfframpCommand.run("--help")).isZero();
    assertThat(out()).contains("fit", "inspect", "evaluate", "run", "demo", "bench");
  }

  @Test
  void wrongUseEndsWithTwo() {
    assertThat(OfframpCommand.run("fit", "--backbone", "minilm")).isEqualTo(2);
    assertThat(err()).contains("--data", "--output");
    assertThat(OfframpCommand.run("dance")).isEqualTo(2);
    assertThat(
            OfframpCommand.run(
                "fit", "--backbone", "gpt", "--data", "x", "--output", folder + "/b"))
        .isEqualTo(2);
    assertThat(err()).contains("bge-small, minilm");
  }

  @Test
  void optionsOfTheOtherRecipeAreRefused() {
    String[] fit = {"fit", "--backbone", "x", "--data", "x", "--output", folder + "/b"};
    assertThat(OfframpCommand.run(with(fit, "--recipe", "paper", "--gate", "jei"))).isEqualTo(2);
    assertThat(err()).contains("--gate JEI can't be had with --recipe paper");
    assertThat(OfframpCommand.run(with(fit, "--recipe", "paper", "--accuracy-loss", "1")))
        .isEqualTo(2);
    assertThat(err()).contains("--accuracy-loss 1.0 can't be had with --recipe paper");
    assertThat(OfframpCommand.run(with(fit, "--lambda", "0.3"))).isEqualTo(2);
    assertThat(err()).contains("--lambda 0.3 can't be had with --recipe standard");
  }

  private static String[] with(String[] args, String... more) {
    return Stream.of(args, more).flatMap(Stream::of).toArray(String[]::new);
  }

  @Test
  void failureEndsWithOneAndShowsItsPlaceOnlyWhenAsked() {
    assertThat(OfframpCommand.run("inspect", folder.toString())).isEqualTo(1);
    assertThat(err()).contains("is no bundle").doesNotContain("at dev.offramp");
    assertThat(OfframpCommand.run("inspect", "--stacktrace", folder.toString())).isEqualTo(1);
    assertThat(err()).contains("at dev.offramp");
  }

  @Test
  void inspectShowsABundleAndWritesItAsJson() throws Exception {
    String id = TinyBundle.writeText(folder.resolve("tiny")).id();
    Path json = folder.resolve("new/inspect.json");
    assertThat(OfframpCommand.run("inspect", folder + "/tiny", "--json", json.toString())).isZero();
    assertThat(out())
        .contains("tiny, bundle " + id)
        .contains("north, east, south, west")
        .contains("licence not known")
        .contains("* half")
        .contains("none");
    JsonNode tree = new ObjectMapper().readTree(json.toFile());
    assertThat(tree.get("id").asText()).isEqualTo(id);
    assertThat(tree.get("points")).hasSize(3);
  }

  @Test
  void evaluateJudgesABundleAndWritesItsReport() throws Exception {
    String id = TinyBundle.writeText(folder.resolve("tiny")).id();
    StringBuilder rows = new StringBuilder("text,label\n");
    Random random = new Random(5);
    for (int i = 0; i < 200; i++) {
      String label = TinyBundle.LABELS.get(i % TinyBundle.LABELS.size());
      rows.append(TinyBundle.text(random)).append(',').append(label).append('\n');
    }
    Path data = Files.writeString(folder.resolve("data.csv"), rows);
    Path report = folder.resolve("new/report");
    Path json = folder.resolve("figures.json");
    assertThat(
            OfframpCommand.run(
                "evaluate",
                "--bundle",
                folder + "/tiny",
                "--data",
                data.toString(),
                "--report",
                report.toString(),
                "--json",
                json.toString()))
        .as(err())
        .isZero();
    assertThat(out()).contains("40 examples of data.csv at point half", "* half", "report.html");
    assertThat(report.resolve("report.html")).content().contains(id, "Accuracy against cost");
    assertThat(report.resolve("evaluation.json")).hasSameTextualContentAs(json);
    JsonNode figures = new ObjectMapper().readTree(json.toFile());
    assertThat(figures.get("bundle").asText()).isEqualTo(id);
    assertThat(figures.get("points")).hasSize(3);
    assertThat(figures.get("exitsTaken")).hasSize(TinyBundle.STAGES);
  }

  @Test
  void benchMeasuresABundleOfOnesOwnOnDataOfOnesOwn() throws Exception {
    String id = TinyBundle.writeText(folder.resolve("tiny")).id();
    StringBuilder rows = new StringBuilder("text,label\n");
    Random random = new Random(5);
    for (int i = 0; i < 800; i++) {
      String label = TinyBundle.LABELS.get(i % TinyBundle.LABELS.size());
      rows.append(TinyBundle.text(random)).append(',').append(label).append('\n');
    }
    Path data = Files.writeString(folder.resolve("data.csv"), rows);
    Path json = folder.resolve("new/bench.json");
    Path plot = folder.resolve("new/bench.png");
    String[] bench = {"bench", "--bundle", folder + "/tiny"};
    assertThat(OfframpCommand.run(bench)).isEqualTo(2);
    assertThat(err()).contains("--data");
    String[] onData = with(bench, "--data", data.toString());
    assertThat(OfframpCommand.run(with(onData, "--opponents", "z"))).isEqualTo(2);
    assertThat(err()).contains("no opponent 'z'");
    assertThat(
            OfframpCommand.run(
                with(
                    onData,
                    "--opponents=d-memory",
                    "--rounds=1",
                    "--seconds=0.001",
                    "--no-profile",
                    "--json=" + json,
                    "--plot=" + plot)))
        .as(err())
        .isZero();
    assertThat(out()).contains("round 1  d-memory", "tiny on data.csv: bundle " + id);
    JsonNode figures = new ObjectMapper().readTree(json.toFile());
    assertThat(figures.get("runs")).hasSize(1);
    assertThat(figures.get("runs").get(0).get("eventsPerSecond").asDouble()).isPositive();
    assertThat(figures.get("profile").isNull()).isTrue();
    assertThat(plot).isNotEmptyFile();
  }

  @Test
  void optionsOfTheJobAreCheckedBeforeItRuns() throws Exception {
    Path config = Files.writeString(folder.resolve("job.yaml"), "bundel: /models/x\n");
    assertThat(OfframpCommand.run("run", "--config", config.toString())).isEqualTo(2);
    assertThat(err()).contains("unknown option bundel (job.yaml, line 1): did you mean bundle?");
  }
}
