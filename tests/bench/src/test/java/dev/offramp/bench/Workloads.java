package dev.offramp.bench;

import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.data.Example;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Classifier;
import dev.offramp.runtime.Device;
import dev.offramp.runtime.ServingOptions;
import dev.offramp.runtime.TinyBundle;
import dev.offramp.schemas.Prediction;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Texts that the tiny bundle knows. */
final class Workloads {
  private Workloads() {}

  /** Texts whose label is what the whole network says, so that it is always right. */
  static Dataset asTheWholeNetworkSays(Bundle bundle, int size) {
    Random random = new Random(3);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      texts.add(TinyBundle.text(random));
    }
    List<Example> examples = new ArrayList<>();
    ServingOptions full = new ServingOptions("full", ServingOptions.DEFAULT_LEVEL, null, null);
    try (Classifier classifier = Classifier.open(bundle, Device.CPU, full)) {
      for (Prediction p : classifier.classify(texts)) {
        examples.add(
            new Example(
                texts.get(Integer.parseInt(p.getEventId())),
                TinyBundle.LABELS.indexOf(p.getLabel())));
      }
    }
    return dataset(examples);
  }

  /** Texts of label 0. */
  static Workload ofOneLabel(int size) {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      examples.add(new Example("text " + i, 0));
    }
    return new Workload(dataset(examples), 1);
  }

  private static Dataset dataset(List<Example> test) {
    return new Dataset(
        "tiny texts", TinyBundle.LABELS, List.of(), List.of(), List.of(), test, List.of());
  }
}
