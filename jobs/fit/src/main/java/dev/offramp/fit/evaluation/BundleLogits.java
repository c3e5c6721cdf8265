package dev.offramp.fit.evaluation;

import dev.offramp.fit.learn.Learner;
import dev.offramp.fit.work.Progress;
import dev.offramp.fit.work.Steps;
import dev.offramp.fit.work.Workers;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Device;
import dev.offramp.runtime.Engine;
import dev.offramp.runtime.Intake;
import dev.offramp.runtime.Outcome;
import dev.offramp.runtime.RejectedEventException;
import dev.offramp.runtime.ServingOptions;
import dev.offramp.runtime.Ticker;
import dev.offramp.schemas.Event;
import java.util.List;

/**
 * The logits of every exit of a bundle for texts: the serving engine at full depth, on all cores.
 * From them every operating point can be judged without running the network again.
 */
final class BundleLogits {
  private BundleLogits() {}

  /**
   * Runs all stages.
   *
   * @return [texts][exits x classes]
   * @throws IllegalArgumentException a text can't be read; says why
   */
  static float[][] of(Bundle bundle, Device device, List<String> texts, Progress progress) {
    float[][] logits = new float[texts.size()][];
    Steps steps = new Steps(progress, "running every stage", texts.size());
    ServingOptions options =
        new ServingOptions(Learner.FULL_DEPTH, bundle.manifest().levels().get(0), null, null);
    int cores = Runtime.getRuntime().availableProcessors();
    Workers.run(
        cores,
        share -> {
          try (Intake intake = Intake.open(bundle);
              Engine engine =
                  new Engine(
                      bundle,
                      0,
                      bundle.manifest().exits(),
                      device,
                      options,
                      Ticker.system(),
                      o -> {
                        logits[(Integer) o.context()] = ((Outcome.Left) o).event().state().logits();
                        steps.step();
                      })) {
            for (int i = share; i < logits.length; i += cores) {
              engine.admit(intake.accept(new Event("", texts.get(i), null, null), i, 0));
            }
            while (engine.step(false)) {
              // Each step runs a batch.
            }
          } catch (RejectedEventException e) {
            throw new IllegalArgumentException("a text can't be read: " + e.getMessage(), e);
          }
        });
    return logits;
  }
}
