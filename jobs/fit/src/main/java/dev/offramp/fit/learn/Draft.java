package dev.offramp.fit.learn;

import dev.offramp.runtime.Foresight;
import dev.offramp.runtime.Gate;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.Calibration;
import dev.offramp.runtime.Manifest.Expected;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.runtime.Manifest.Rule;
import dev.offramp.runtime.Manifest.Stage;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The manifest of a bundle that has no files yet: what {@link dev.offramp.runtime.Exits} needs to
 * decide about cached logits. Stateless; any thread.
 */
final class Draft {
  private Draft() {}

  static Manifest manifest(
      int classes,
      double[] costs,
      List<float[]> stacking,
      List<Double> levels,
      List<OperatingPoint> points,
      String defaultPoint) {
    List<Stage> stages =
        IntStream.range(0, costs.length)
            .mapToObj(k -> new Stage("", "", 0, costs[k], List.of(), List.of(), "logits"))
            .toList();
    return new Manifest(
        Manifest.FORMAT_VERSION,
        "",
        "draft",
        IntStream.range(0, classes).mapToObj(Integer::toString).toList(),
        null,
        stages,
        stacking,
        null,
        levels,
        points,
        defaultPoint,
        true,
        null);
  }

  /** The same with what exits foresee. */
  static Manifest foreseeing(Manifest m, List<Foresight> foresight) {
    return new Manifest(
        m.formatVersion(),
        m.id(),
        m.name(),
        m.labels(),
        m.input(),
        m.stages(),
        m.stacking(),
        foresight,
        m.levels(),
        m.points(),
        m.defaultPoint(),
        m.batchInvariant(),
        m.provenance());
  }

  /** A point that is not judged or calibrated yet. */
  static OperatingPoint point(String name, Double lambda, List<Gate> gates) {
    return point(name, lambda, Rule.INDEPENDENT, gates);
  }

  /** The same, decided by a rule. */
  static OperatingPoint point(String name, Double lambda, Rule rule, List<Gate> gates) {
    return new OperatingPoint(name, lambda, rule, gates, null, null);
  }

  /** The point where nobody leaves early. */
  static OperatingPoint fullDepth(int exits) {
    return point(Learner.FULL_DEPTH, null, Collections.nCopies(exits - 1, new Gate.Shut()));
  }

  /** The same point, judged. */
  static OperatingPoint expecting(OperatingPoint p, Expected expected) {
    return new OperatingPoint(p.name(), p.lambda(), p.rule(), p.gates(), expected, p.calibration());
  }

  /** The same point, calibrated. */
  static OperatingPoint calibrated(OperatingPoint p, Calibration calibration) {
    return new OperatingPoint(p.name(), p.lambda(), p.rule(), p.gates(), p.expected(), calibration);
  }
}
