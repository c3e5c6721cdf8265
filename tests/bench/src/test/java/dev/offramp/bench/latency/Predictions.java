package dev.offramp.bench.latency;

import dev.offramp.runtime.Ticker;
import dev.offramp.schemas.Exit;
import dev.offramp.schemas.ExitReason;
import dev.offramp.schemas.Model;
import dev.offramp.schemas.Prediction;
import dev.offramp.schemas.PredictionSetKind;
import dev.offramp.schemas.SetCalibration;
import dev.offramp.schemas.Timing;
import dev.offramp.schemas.Uncertainty;
import java.util.List;

/** Predictions of which only what is counted differs. */
final class Predictions {
  private Predictions() {}

  static Prediction of(long number, String label, ExitReason reason, boolean late, String point) {
    return new Prediction(
        Long.toString(number),
        label,
        0.9,
        List.of(),
        new Uncertainty(
            0.1,
            0.8,
            null,
            List.of(label),
            PredictionSetKind.LAC,
            0.95,
            SetCalibration.SPLIT,
            0.1,
            false),
        new Exit(0, 3, reason),
        0.25,
        false,
        new Model("bundle", point, "e0"),
        new Timing(Ticker.instant(0), Ticker.instant(0), 50L, late));
  }

  static Prediction of(long number) {
    return of(number, "north", ExitReason.GATE, false, "half");
  }
}
