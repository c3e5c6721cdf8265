package dev.offramp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private long now = 1_000_000_000_000L;

  private Console console(boolean live) {
    return new Console(new PrintStream(out, true, StandardCharsets.UTF_8), live, () -> now);
  }

  private void pass(double seconds) {
    now += (long) (seconds * 1e9);
  }

  private String said() {
    String said = out.toString(StandardCharsets.UTF_8);
    out.reset();
    return said;
  }

  @Test
  void barHasTheDetailBehindIt() {
    Console console = console(true);
    console.at("learning heads", 0, 4, "");
    said();
    pass(3);
    console.at("learning heads", 1, 4, "exit 7: accuracy 95.1 %");
    assertThat(said()).endsWith(" 25 %  9 s left  exit 7: accuracy 95.1 %\033[?7h");
    pass(3);
    console.at("learning heads", 4, 4, "exit 0: accuracy 90.0 %");
    assertThat(said()).contains("100 %  6 s  exit 0: accuracy 90.0 %").endsWith("\n");
  }

  @Test
  void barWithoutDetailEndsWithTheTime() {
    Console console = console(true);
    console.at("features", 0, 2);
    pass(5);
    console.at("features", 1, 2);
    assertThat(said()).endsWith(" 50 %  5 s left\033[?7h");
  }

  @Test
  void plainQuartersHaveTheDetailBehindThem() {
    Console console = console(false);
    console.at("learning heads", 0, 4, "");
    pass(3);
    console.at("learning heads", 1, 4, "exit 7: accuracy 95.1 %");
    pass(3);
    console.at("learning heads", 2, 4);
    assertThat(said().lines())
        .containsExactly(
            "  learning heads: 25 %; exit 7: accuracy 95.1 %", "  learning heads: 50 %");
  }

  @Test
  void shortWorkHasNoPlainLine() {
    Console console = console(false);
    console.at("calibrating points", 0, 1, "");
    pass(1.9);
    console.at("calibrating points", 1, 1, "good");
    assertThat(said()).isEmpty();
  }
}
