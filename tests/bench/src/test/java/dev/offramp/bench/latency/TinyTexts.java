package dev.offramp.bench.latency;

import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.data.Example;
import dev.offramp.runtime.TinyBundle;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Texts that a {@link TinyBundle} reads. */
final class TinyTexts {
  private TinyTexts() {}

  static Dataset dataset(int texts) {
    Random random = new Random(5);
    List<Example> test = new ArrayList<>();
    for (int i = 0; i < texts; i++) {
      test.add(new Example(TinyBundle.text(random), i % TinyBundle.LABELS.size()));
    }
    return of(test);
  }

  /** Nothing but white space, which no bundle serves. */
  static Dataset blank() {
    return of(List.of(new Example(" ", 0)));
  }

  private static Dataset of(List<Example> test) {
    return new Dataset("tiny", TinyBundle.LABELS, List.of(), List.of(), List.of(), test, List.of());
  }
}
