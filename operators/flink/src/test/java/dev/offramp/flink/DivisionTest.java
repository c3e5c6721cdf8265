package dev.offramp.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.TinyBundle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DivisionTest {
  @TempDir Path folder;
  private Manifest manifest;

  @BeforeEach
  void write() throws IOException {
    manifest = TinyBundle.writeText(folder);
  }

  @Test
  void evenOperatorsCoverAllStages() {
    assertThat(Division.even(1, manifest)).containsExactly(0);
    assertThat(Division.even(2, manifest)).containsExactly(0, 1);
    assertThat(Division.even(3, manifest)).containsExactly(0, 1, 2);
    assertThatThrownBy(() -> Division.even(4, manifest))
        .hasMessageContaining("operators must be 1 to 3")
        .hasMessageContaining(": 4");
    assertThatThrownBy(() -> Division.even(0, manifest)).hasMessageContaining(": 0");
  }

  @Test
  void firstStagesMustAscendFromZeroWithinTheNetwork() {
    assertThat(Division.at(List.of(0, 2), manifest)).containsExactly(0, 2);
    for (List<Integer> wrong :
        List.of(List.<Integer>of(), List.of(1, 2), List.of(0, 2, 2), List.of(0, 3))) {
      assertThatThrownBy(() -> Division.at(wrong, manifest))
          .hasMessageContaining("ascend from 0 to at most 2")
          .hasMessageContaining(wrong.toString());
    }
  }
}
