package dev.offramp.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offramp.cli.OfframpCommand;
import dev.offramp.runtime.TinyBundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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

class PlanCommandTest {
  /** Of events that all take the same time, so that the arithmetic can be done by hand. */
  private static final String CURVES =
      """
      [{"stage": 0, "tokens": 10, "micros": 100},
       {"stage": 1, "tokens": 10, "micros": 200},
       {"stage": 2, "tokens": 10, "micros": 400}]
      """;

  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final PrintStream realOut = System.out;
  private final PrintStream realErr = System.err;
  private String[] plan;

  @BeforeEach
  void prepare() throws IOException {
    TinyBundle.writeText(folder.resolve("tiny"));
    Path curves = Files.writeString(folder.resolve("curves.json"), CURVES);
    plan =
        new String[] {
          "plan", "--bundle", folder + "/tiny", "--tokens=10", "--curve", curves.toString()
        };
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

  private int run(String... more) {
    return OfframpCommand.run(Stream.of(plan, more).flatMap(Stream::of).toArray(String[]::new));
  }

  private String data() throws IOException {
    Random random = new Random(5);
    StringBuilder rows = new StringBuilder("text,label\n");
    for (int i = 0; i < 100; i++) {
      rows.append(TinyBundle.text(random)).append(',').append(TinyBundle.LABELS.get(i % 4));
      rows.append('\n');
    }
    return Files.writeString(folder.resolve("d.csv"), rows).toString();
  }

  @Test
  void oneRateIsPlannedStageByStageWithTheJobsOptions() {
    // 60 + 100 + .6 x 200 + .3 x 400 = 400 microseconds an event: 2,500 a second on one core, and
    // 10,000 keep 4 busy, 6 at 70 %.
    assertThat(
            run("--rate=10000", "--budget=20ms", "--cores-per-machine=4", "--overhead-micros=60"))
        .isZero();
    assertThat(out())
        .contains("events of 10.0 tokens: one core does at most 2,500 events/s")
        .containsPattern("10,000 +6 +2 +6 +67 % +0\\.0 ms")
        .containsPattern("0 +1 +60\\.0 % +1\\.0 +1 +200\\.0 +1\\.20")
        .contains("  parallelism: 6\n  operators.count: 1\n  operators.capacity: 128\n")
        .contains("  latency.budget: 20 ms\n  latency.batch.wait: 0 ms\n");
  }

  @Test
  void severalRatesMakeATableAndJsonIsReadAgain() throws IOException {
    Path json = folder.resolve("plan.json");
    assertThat(run("--rate=1000,100000", "--operators=3", "--json", json.toString())).isZero();
    assertThat(out()).contains("The job's options for 100,000 events/s:").contains(".operators(3)");

    JsonNode written = new ObjectMapper().readTree(json.toFile());
    assertThat(written.get("plans")).hasSize(2);
    assertThat(written.get("plans").get(1).get("operators")).hasSize(3);
    assertThat(written.get("curves")).hasSize(3);
    assertThat(
            OfframpCommand.run(
                "plan", "--bundle", folder + "/tiny", "--rate=5", "--curve", json.toString()))
        .isZero();
  }

  @Test
  void theModelIsComparedWithWhatThisMachineDoes() throws IOException {
    Path json = folder.resolve("check.json");
    int code =
        OfframpCommand.run(
            "plan",
            "--bundle=" + folder + "/tiny",
            "--data=" + data(),
            "--check",
            "--seconds=1",
            "--json=" + json);

    assertThat(code).isZero();
    assertThat(out()).contains("In memory, ", "predicted", "measured", "by the clock");
    JsonNode check = new ObjectMapper().readTree(json.toFile()).get("check");
    assertThat(check.get("predicted").asDouble()).isPositive();
    assertThat(check.get("measured").get("eventsPerSecond").asDouble()).isPositive();
    assertThat(check.get("measured").get("exitShares")).hasSize(3);
  }

  @Test
  void wrongUseEndsWithTwoAndSaysWhatToGive() {
    assertThat(run()).isEqualTo(2);
    assertThat(err()).contains("nothing to plan: give --rate, events a second, or --check");
    assertThat(run("--check")).isEqualTo(2);
    assertThat(err()).contains("--check needs --data");
    assertThat(run("--rate=0")).isEqualTo(2);
    assertThat(err()).contains("the rate must be above 0 events a second: 0.0");
    assertThat(run("--rate=10", "--budget=soon")).isEqualTo(2);
    assertThat(err()).contains("must be a time like 50ms or 1s: soon");
    assertThat(run("--rate=10", "--budget=0ms")).isEqualTo(2);
    assertThat(err()).contains("the latency budget must be 1 ms or more");
    assertThat(run("--rate=10", "--operators=4")).isEqualTo(2);
    assertThat(err()).contains("operators must be 1 to 3");
    assertThat(run("--rate=10", "--point=none")).isEqualTo(2);
    assertThat(err()).contains("no operating point 'none'");
    assertThat(run("--rate=10", "--utilisation=2")).isEqualTo(2);
    assertThat(err()).contains("the utilisation must lie above 0 and be at most 1: 2.0");
    assertThat(run("--rate=10", "--check", "--data=d.csv", "--seconds=0")).isEqualTo(2);
    assertThat(err()).contains("--seconds must be at least 1: 0");
  }

  @Test
  void aBudgetThatCantBeKeptNamesTheSmallestThatCan() throws IOException {
    Files.writeString(folder.resolve("curves.json"), CURVES.replace("00}", "000}"));

    assertThat(run("--rate=10", "--budget=5ms")).isEqualTo(2);
    assertThat(err())
        .contains("within a budget of 5 ms: alone in every stage an event takes 7.1 ms")
        .containsPattern("Give a budget of \\d+ ms or more");
  }
}
