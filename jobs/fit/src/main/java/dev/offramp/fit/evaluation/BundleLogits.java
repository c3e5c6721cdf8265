package dev.offramp.fit.evaluation;

import dev.offramp.fit.data.Example;
import dev.offramp.fit.data.Tensor;
import dev.offramp.fit.learn.Learner;
import dev.offramp.fit.work.Progress;
import dev.offramp.fit.work.Steps;
import dev.offramp.fit.work.Workers;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Device;
import dev.offramp.runtime.Engine;
import dev.offramp.runtime.InFlight;
import dev.offramp.runtime.Intake;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Outcome;
import dev.offramp.runtime.RejectedEventException;
import dev.offramp.runtime.ServingOptions;
import dev.offramp.runtime.Ticker;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.TensorInput;
import java.util.ArrayList;
import java.util.List;

/**
 * The logits of every exit of a bundle for examples: the serving engine at full depth, on all
 * cores. From them every operating point can be judged without running the network again.
 */
final class BundleLogits {
  /**
   * Tensors in the engine at once: each holds its hidden state too, and all are of one length, so
   * that more would not make better batches.
   */
  private static final int TENSORS_AT_ONCE = 128;

  private BundleLogits() {}

  /**
   * Runs all stages.
   *
   * @return [examples][exits x classes]
   * @throws IllegalArgumentException the bundle doesn't read such an example; says why
   */
  static float[][] of(Bundle bundle, Device device, List<Example> examples, Progress progress) {
    float[][] logits = new float[examples.size()][];
    Steps steps = new Steps(progress, "running every stage", examples.size());
    Manifest.Input input = bundle.manifest().input();
    int atOnce = input instanceof Manifest.TensorInput ? TENSORS_AT_ONCE : Integer.MAX_VALUE;
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
                        // The engine uses an event's state again.
                        float[] served = ((Outcome.Left) o).event().state().logits();
                        logits[(Integer) o.context()] = served.clone();
                        steps.step();
                      })) {
            for (int i = share; i < logits.length; i += cores) {
              engine.admit(accept(intake, input, examples.get(i), i));
              if (engine.waiting() >= atOnce) {
                run(engine);
              }
            }
            run(engine);
          }
        });
    return logits;
  }

  private static void run(Engine engine) {
    while (engine.step(false)) {
      // Each step runs a batch.
    }
  }

  private static InFlight accept(Intake intake, Manifest.Input input, Example example, int i) {
    Object read = example.text() == null ? tensor(input, example.tensor()) : example.text();
    try {
      return intake.accept(new Event("", read, null, null), i, 0);
    } catch (RejectedEventException e) {
      throw new IllegalArgumentException(
          "example %d can't be read: %s".formatted(i, e.getMessage()), e);
    }
  }

  private static TensorInput tensor(Manifest.Input input, Tensor tensor) {
    // A bundle that reads text refuses a tensor of whatever name.
    String name = input instanceof Manifest.TensorInput wanted ? wanted.name() : "";
    List<Float> values = new ArrayList<>(tensor.values().length);
    for (float value : tensor.values()) {
      values.add(value);
    }
    return new TensorInput(name, tensor.shape(), values);
  }
}
