package dev.offramp.tests;

import dev.offramp.schemas.DeadLetter;
import dev.offramp.schemas.Prediction;
import dev.offramp.schemas.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * All that was sent against all that was committed.
 *
 * @param sent events in the input
 * @param predicted predictions in the output
 * @param deadLettered dead letters in the output
 * @param lost events that have neither a prediction nor a dead letter
 * @param doubled events that have more than one of them in all
 * @param strangers ids in the output that nobody sent
 * @param invalid what is wrong with a record, or that an event became the other kind of record
 */
record Reconciliation(
    int sent,
    int predicted,
    int deadLettered,
    List<String> lost,
    List<String> doubled,
    List<String> strangers,
    List<String> invalid) {
  private static final int SHOWN = 10;

  /**
   * Compares.
   *
   * @param sent how many events of the script were sent
   */
  static Reconciliation of(
      Script script,
      int sent,
      List<Prediction> predictions,
      List<DeadLetter> letters,
      PredictionCheck check) {
    Map<String, Optional<Reason>> fates = new HashMap<>();
    for (int i = 0; i < sent; i++) {
      fates.put(Script.id(i), script.fate(i));
    }
    Map<String, Integer> seen = new HashMap<>();
    List<String> invalid = new ArrayList<>();
    for (Prediction prediction : predictions) {
      String id = prediction.getEventId();
      seen.merge(id, 1, Integer::sum);
      if (fates.getOrDefault(id, Optional.empty()).isPresent()) {
        invalid.add(id + " was predicted, but must be a dead letter");
      }
      check.faults(prediction).forEach(fault -> invalid.add("%s: %s".formatted(id, fault)));
    }
    for (DeadLetter letter : letters) {
      String id = String.valueOf(letter.getEventId());
      seen.merge(id, 1, Integer::sum);
      Reason expected = fates.getOrDefault(id, Optional.empty()).orElse(null);
      if (!Objects.equals(letter.getReason(), expected)) {
        invalid.add(
            "%s is a dead letter (%s: %s), but must be %s"
                .formatted(
                    id,
                    letter.getReason(),
                    letter.getMessage(),
                    expected == null ? "predicted" : expected));
      }
      if (letter.getTopic() == null || letter.getOffset() == null || letter.getValue() == null) {
        invalid.add(id + " is a dead letter that doesn't say where it came from");
      }
    }
    return new Reconciliation(
        sent,
        predictions.size(),
        letters.size(),
        fates.keySet().stream().filter(id -> !seen.containsKey(id)).sorted().toList(),
        seen.keySet().stream()
            .filter(id -> fates.containsKey(id) && seen.get(id) > 1)
            .sorted()
            .toList(),
        seen.keySet().stream().filter(id -> !fates.containsKey(id)).sorted().toList(),
        List.copyOf(invalid));
  }

  /** Whether each event is in the output once, as what it must be, and nothing else is. */
  boolean isClean() {
    return lost.isEmpty() && doubled.isEmpty() && strangers.isEmpty() && invalid.isEmpty();
  }

  /** The report. */
  @Override
  public String toString() {
    return """
        %d events were sent; committed are %d predictions and %d dead letters
        lost: %s
        doubled: %s
        never sent: %s
        invalid: %s
        """
        .formatted(
            sent,
            predicted,
            deadLettered,
            shown(lost),
            shown(doubled),
            shown(strangers),
            shown(invalid));
  }

  private static String shown(List<String> all) {
    if (all.isEmpty()) {
      return "none";
    }
    String first = String.join(", ", all.subList(0, Math.min(SHOWN, all.size())));
    return "%d: %s%s".formatted(all.size(), first, all.size() > SHOWN ? ", ..." : "");
  }
}
