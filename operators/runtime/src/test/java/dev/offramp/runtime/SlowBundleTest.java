package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.schemas.Prediction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlowBundleTest {
  @TempDir Path tiny;
  @TempDir Path slow;

  @Test
  void predictsWhatTheTinyBundleDoes() throws Exception {
    TinyBundle.writeText(tiny);
    SlowBundle.write(slow);
    Random random = new Random(1);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      texts.add(TinyBundle.text(random));
    }
    texts.add(SlowBundle.text(2));
    assertThat(labels(slow, texts)).isEqualTo(labels(tiny, texts));
  }

  private static List<String> labels(Path folder, List<String> texts) throws Exception {
    try (Classifier classifier = Classifier.open(folder)) {
      return classifier.classify(texts).stream().map(Prediction::getLabel).toList();
    }
  }
}
