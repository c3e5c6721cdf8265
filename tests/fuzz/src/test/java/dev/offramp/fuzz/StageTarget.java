package dev.offramp.fuzz;

import dev.offramp.runtime.Bundle;
import java.io.IOException;
import java.nio.file.Path;

/** The last stage's ONNX file, signed: what the bundle reader makes of a graph. */
final class StageTarget implements Reader {
  private final BundleBench bundle;

  StageTarget(Path folder) throws IOException {
    this.bundle = new BundleBench(folder);
  }

  @Override
  public void read(byte[] input) throws IOException {
    bundle.stage(2, input);
    Bundle.open(bundle.folder());
  }
}
