package dev.offramp.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.BundleException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The manifest as it is, and then once more with the id that fits it, so that all rules are met.
 */
final class ManifestTarget implements Reader {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final BundleBench bundle;

  ManifestTarget(Path folder) throws IOException {
    this.bundle = new BundleBench(folder);
  }

  @Override
  public void read(byte[] input) throws IOException {
    bundle.write(input);
    try {
      Bundle.open(bundle.folder());
    } catch (BundleException e) {
      if (!e.getMessage().contains("it was changed") || !bundle.sign(tree(input))) {
        throw e;
      }
      Bundle.open(bundle.folder());
    }
  }

  private static JsonNode tree(byte[] input) {
    try {
      return JSON.readTree(input);
    } catch (IOException e) {
      throw new AssertionError("what was read is no JSON", e);
    }
  }
}
