package dev.offramp.fit.plan;

import dev.offramp.fit.data.Tokens;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.TextInput;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.TensorInput;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/** How long a bundle's events are, in tokens, and what one of a length looks like. Stateless. */
public final class Lengths {
  private Lengths() {}

  /**
   * The mean length of texts, special tokens included: past the knee a batch's time is proportional
   * to its tokens, so the mean is what counts.
   *
   * @param texts at least one
   */
  public static double mean(Bundle bundle, List<String> texts) {
    if (!(bundle.manifest().input() instanceof TextInput text)) {
      return 1;
    }
    return tokens(bundle, text, texts).stream().mapToInt(ids -> ids.length).average().orElseThrow();
  }

  /** An event and its length. */
  public record Typical(Event event, int tokens) {}

  /**
   * An event of a length, or of the next longer or shorter one that there is. For tensors all
   * events are alike.
   */
  public static Typical event(Bundle bundle, int tokens) {
    Manifest.Input input = bundle.manifest().input();
    if (input instanceof Manifest.TensorInput tensor) {
      int size = tensor.shape().stream().reduce(1, Math::multiplyExact);
      List<Float> zeros = Collections.nCopies(size, 0f);
      return new Typical(
          new Event("typical", new TensorInput(tensor.name(), tensor.shape(), zeros), null, null),
          1);
    }
    TextInput text = (TextInput) input;
    if (tokens < 1 || tokens > text.maxTokens()) {
      throw new IllegalArgumentException(
          "the tokens of a typical event must be 1 to %d, where bundle %s cuts off: %d"
              .formatted(text.maxTokens(), bundle.manifest().id(), tokens));
    }
    int words = 0;
    int length;
    do {
      words++;
      length = tokens(bundle, text, List.of("a ".repeat(words))).get(0).length;
    } while (length < tokens && words < tokens);
    return new Typical(new Event("typical", "a ".repeat(words), null, null), length);
  }

  private static List<long[]> tokens(Bundle bundle, TextInput text, List<String> texts) {
    Path file = bundle.folder().resolve(text.tokenizer());
    return Tokens.of(file, text.maxTokens(), texts);
  }
}
