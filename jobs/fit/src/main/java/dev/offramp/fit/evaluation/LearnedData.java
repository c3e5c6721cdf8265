package dev.offramp.fit.evaluation;

import dev.offramp.fit.data.Dataset;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.Provenance;
import java.util.Optional;

/**
 * Tells whether a bundle was learned on the splits of a data set. A bundle has a hash of the
 * examples that it was learned from, and not the examples. Stateless; any thread.
 */
public final class LearnedData {
  private LearnedData() {}

  /**
   * Why figures on the test split may be too good; empty if the bundle was learned on the other
   * splits of this data set.
   *
   * @return a line for a person
   */
  public static Optional<String> doubt(Manifest manifest, Dataset data) {
    Provenance learned = manifest.provenance();
    if (learned != null && data.learnedSha256().equals(learned.dataSha256())) {
      return Optional.empty();
    }
    return Optional.of(
        "bundle %s was not learned on these splits of %s%s: test examples that it was learned from would make the figures too good; to judge on examples that it has not seen, give the data options and the seed that fit was given"
            .formatted(
                manifest.id(),
                data.name(),
                learned == null
                    ? ""
                    : ", but on %s with seed %d".formatted(learned.data(), learned.seed())));
  }
}
