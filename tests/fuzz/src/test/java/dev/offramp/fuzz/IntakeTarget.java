package dev.offramp.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.offramp.runtime.Classifier;
import dev.offramp.runtime.RejectedEventException;
import dev.offramp.runtime.Ticker;
import dev.offramp.runtime.TinyBundle;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.Prediction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * An event's way from intake to prediction: a byte that says which of the rest are there and how
 * the text is written, eight bytes each of arrival and budget, and the text, which may have halves
 * of surrogate pairs. It is refused with a reason, or has a whole prediction.
 */
final class IntakeTarget implements Reader {
  private static final int UTF16 = 1;
  private static final int ARRIVAL = 2;
  private static final int BUDGET = 4;

  private final Classifier classifier;

  IntakeTarget(Path folder) throws IOException {
    TinyBundle.writeText(folder);
    this.classifier = Classifier.open(folder);
  }

  @Override
  public void read(byte[] input) {
    ByteBuffer in = ByteBuffer.wrap(input);
    int form = in.hasRemaining() ? in.get() : 0;
    Instant arrival =
        (form & ARRIVAL) != 0 && in.remaining() >= 8 ? Ticker.instant(in.getLong()) : null;
    Long budget = (form & BUDGET) != 0 && in.remaining() >= 8 ? in.getLong() : null;
    // The network of the tests fails on this word by design.
    String text = text(in, (form & UTF16) != 0).replace("poison", "w1");
    try {
      check(classifier.classifyEvents(List.of(new Event("e", text, arrival, budget))).get(0));
    } catch (IllegalArgumentException e) {
      if (!(e.getCause() instanceof RejectedEventException)) {
        throw e;
      }
    }
  }

  private static String text(ByteBuffer in, boolean utf16) {
    if (!utf16) {
      return UTF_8.decode(in).toString();
    }
    // The charset's own decoder would mend halves of pairs.
    StringBuilder text = new StringBuilder();
    while (in.remaining() >= Character.BYTES) {
      text.append(in.getChar());
    }
    return text.toString();
  }

  private static void check(Prediction prediction) {
    boolean whole =
        TinyBundle.LABELS.contains(prediction.getLabel())
            && prediction.getProbability() > 0
            && prediction.getProbability() <= 1
            && Double.isFinite(prediction.getUncertainty().getEntropyNats())
            && prediction.getCost() > 0;
    if (!whole) {
      throw new AssertionError("no whole prediction: " + prediction);
    }
  }
}
