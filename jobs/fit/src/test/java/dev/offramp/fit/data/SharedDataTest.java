package dev.offramp.fit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The evaluation data beside the checkout, where there is any. */
class SharedDataTest {
  @Test
  void clinc150IsReadWhole() {
    Dataset data = load("clinc150");

    assertThat(data.labels()).hasSize(150);
    assertThat(data.train()).hasSize(15_000);
    assertThat(data.validation()).hasSize(1_000);
    assertThat(data.calibration()).hasSize(2_000);
    assertThat(data.test()).hasSize(4_500);
    assertThat(data.outOfScope()).hasSize(1_000);
    for (int label = 0; label < 150; label++) {
      int wanted = label;
      assertThat(data.calibration().stream().filter(e -> e.label() == wanted))
          .hasSizeBetween(13, 14);
    }
  }

  @Test
  void banking77IsReadWhole() {
    Dataset data = load("banking77");

    assertThat(data.labels()).hasSize(77);
    assertThat(data.train().size() + data.validation().size() + data.calibration().size())
        .isEqualTo(10_003);
    assertThat(data.train().size()).isBetween(8_002, 8_003);
    assertThat(data.test()).hasSize(3_080);
    assertThat(data.outOfScope()).isEmpty();
  }

  private static Dataset load(String name) {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.isDirectory(folder.resolve("shared/data"))) {
      folder = folder.getParent();
    }
    assumeTrue(folder != null, "no folder shared/data in the working directory or above it");
    Path data = folder.resolve("shared/data").resolve(name);
    assumeTrue(Files.isDirectory(data), "no folder " + data);
    return new Datasets(new Cache(data)).load(data.toString(), 0, 1);
  }
}
