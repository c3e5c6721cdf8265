package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutOfScopeTest {
  @TempDir Path folder;

  @Test
  void scoreIsEntropyOverItsMaximum() {
    assertThat(OutOfScope.score(new float[] {1, 0, 0})).isZero();
    assertThat(OutOfScope.score(new float[] {0.25f, 0.25f, 0.25f, 0.25f})).isEqualTo(1);
    assertThat(OutOfScope.score(new float[] {0.5f, 0.5f, 0, 0})).isCloseTo(0.5, within(1e-7));
  }

  @Test
  void scoresAboveTheThresholdAreFlagged() throws IOException {
    Manifest manifest = TinyBundle.writeTensor(folder);
    OutOfScope at = OutOfScope.of(manifest, manifest.point("half"), 0.95);
    assertThat(at.threshold()).isEqualTo(0.8);
    assertThat(at.flags(0.81, false)).isTrue();
    assertThat(at.flags(0.8, false)).isFalse();
  }

  @Test
  void nothingIsClaimedWithoutAThreshold() throws IOException {
    Manifest manifest = TinyBundle.writeTensor(folder);
    assertThat(OutOfScope.of(manifest, manifest.point("half"), 0.95).flags(1, true))
        .as("forced out: undecided events aren't those the threshold is from")
        .isNull();
    OutOfScope tooFew = OutOfScope.of(manifest, manifest.point("half"), 0.99);
    assertThat(tooFew.threshold()).isNull();
    assertThat(tooFew.flags(1, false)).isNull();
  }
}
