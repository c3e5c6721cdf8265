package dev.offramp.fit.plan;

import dev.offramp.fit.data.Tokens;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Manifest.TextInput;
import java.nio.file.Path;
import java.util.List;

/** How long a bundle's events are, in tokens. Stateless. */
public final class Lengths {
  private Lengths() {}

  /**
   * The mean length of texts, special tokens included, 1 if the bundle reads tensors: past the knee
   * a batch's time is proportional to its tokens, so the mean is what counts.
   *
   * @param texts at least one
   */
  public static double mean(Bundle bundle, List<String> texts) {
    if (!(bundle.manifest().input() instanceof TextInput text)) {
      return 1;
    }
    Path tokenizer = bundle.folder().resolve(text.tokenizer());
    return Tokens.of(tokenizer, text.maxTokens(), texts).stream()
        .mapToInt(ids -> ids.length)
        .average()
        .orElseThrow();
  }
}
