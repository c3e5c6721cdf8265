package dev.offramp.fuzz;

import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Intake;
import dev.offramp.schemas.Event;
import java.nio.file.Path;

/**
 * The tokenizer's file, signed, and a text for what can be opened. Seeds are of the simplest kind
 * alone. Of richer ones the native library (tokenizers 0.21.4) ends the JVM on some that are sound
 * JSON but make no sense: a template whose special tokens aren't listed, a precompiled map that is
 * none. They can't be told from here, so a tokenizer is as trusted as the network beside it.
 */
final class TokenizerTarget implements Reader {
  private final BundleBench bundle;

  TokenizerTarget(Path folder) throws Exception {
    this.bundle = new BundleBench(folder);
  }

  @Override
  public void read(byte[] input) throws Exception {
    bundle.tokenizer(input);
    try (Intake intake = Intake.open(Bundle.open(bundle.folder()))) {
      intake.accept(new Event("e", "w1 w2 \uD83D\uDE00 \u00FC", null, null), null, 0);
    }
  }
}
