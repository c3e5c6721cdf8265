package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.schemas.Event;
import dev.offramp.schemas.TensorInput;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFootprintTest {
  /** A hidden state of 8 floats and the token's id. */
  private static final long TOKEN_BYTES = 9 * 4;

  @TempDir Path folder;

  private static Event text(String text) {
    return new Event("e", text, null, null);
  }

  @Test
  void textsCountByTheirLengthUpToTheNetworksLimit() throws Exception {
    TinyBundle.writeText(folder);
    Bundle bundle = Bundle.open(folder);
    try (Intake intake = Intake.open(bundle)) {
      FootprintEstimate estimate = new FootprintEstimate(bundle.manifest(), 0, 3, intake);
      EventFootprint none = estimate.of(text(""));
      EventFootprint few = estimate.of(text("w1 w2"));
      EventFootprint limit = estimate.of(text("w1 ".repeat(100)));
      assertThat(few.tokens()).isBetween(2, 4);
      assertThat(few.bytes() - none.bytes()).isEqualTo(5 * TOKEN_BYTES);
      assertThat(limit.tokens()).isEqualTo(TinyBundle.MAX_TOKENS);
      assertThat(limit.bytes() - none.bytes()).isEqualTo(14 * TOKEN_BYTES);
      assertThat(estimate.of(text("w1 ".repeat(1_000_000)))).isEqualTo(limit);
      assertThat(estimate.of(text("w".repeat(1_000_000))).tokens())
          .as("all of it is tokenized")
          .isGreaterThan(50_000);
      InFlight accepted = intake.accept(text("w1 w2 w3"), null, 0);
      assertThat(estimate.of(accepted).tokens()).isEqualTo(3);
      assertThat(estimate.of(accepted).bytes() - none.bytes()).isEqualTo(TOKEN_BYTES);
    }
  }

  @Test
  void tensorsCountByTheirValues() throws Exception {
    TinyBundle.writeTensor(folder);
    Bundle bundle = Bundle.open(folder);
    FootprintEstimate estimate = new FootprintEstimate(bundle.manifest(), 0, 3, null);
    Event one = new Event("e", new TensorInput("signal", List.of(1), List.of(1f)), null, null);
    Event three =
        new Event("e", new TensorInput("signal", List.of(3), List.of(1f, 2f, 3f)), null, null);
    assertThat(estimate.of(three).bytes() - estimate.of(one).bytes()).isEqualTo(2 * 4);
    assertThat(estimate.of(three).tokens()).isEqualTo(16);
    assertThat(estimate.of(text("no tensor")).tokens()).isPositive();
  }
}
