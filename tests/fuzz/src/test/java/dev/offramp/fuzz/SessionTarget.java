package dev.offramp.fuzz;

import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Classifier;
import dev.offramp.runtime.Device;
import dev.offramp.runtime.ServingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The last stage's ONNX file, signed, and served: what ONNX Runtime makes of a graph. */
final class SessionTarget implements Reader {
  private final BundleBench bundle;

  SessionTarget(Path folder) throws IOException {
    this.bundle = new BundleBench(folder);
  }

  @Override
  public void read(byte[] input) throws IOException {
    bundle.stage(2, input);
    Bundle opened = Bundle.open(bundle.folder());
    try (Classifier classifier = Classifier.open(opened, Device.CPU, ServingOptions.DEFAULT)) {
      classifier.classify(List.of("w1 w2", "w3"));
    }
  }
}
