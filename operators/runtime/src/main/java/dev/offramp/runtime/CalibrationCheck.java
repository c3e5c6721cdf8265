package dev.offramp.runtime;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.offramp.runtime.Manifest.Calibration;
import dev.offramp.runtime.Manifest.ExitCalibration;
import dev.offramp.runtime.Manifest.Group;
import dev.offramp.runtime.Manifest.Raps;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The rules that the calibration of an operating point keeps. */
final class CalibrationCheck {
  private final Path file;
  private final Manifest m;
  private final String at;

  /**
   * @param at names the point in messages
   */
  CalibrationCheck(Path file, Manifest manifest, String at) {
    this.file = file;
    this.m = manifest;
    this.at = at;
  }

  /** Throws a {@link BundleException} for the first rule that is broken. */
  void check(Calibration c) {
    rule(
        c != null && c.exits() != null && c.exits().size() == m.exits(),
        "%s needs a calibration for each exit",
        at);
    Raps raps = c.raps();
    rule(raps != null, "%s calibration needs raps", at);
    rule(
        raps.penalty() >= 0 && Double.isFinite(raps.penalty()),
        "%s calibration: raps.penalty must be 0 or more, and finite: %s",
        at,
        raps.penalty());
    rule(raps.free() >= 1, "%s calibration: raps.free must be 1 or more: %d", at, raps.free());
    double most = 1 + raps.penalty() * m.classes();
    for (ExitCalibration exit : c.exits()) {
      rule(exit != null, "%s needs a calibration for each exit", at);
      group(exit.gate(), most);
      group(exit.forced(), most);
    }
    thresholds("outOfScope", c.outOfScope(), 1);
    byLabel(c.byLabel());
  }

  private void group(Group g, double most) {
    rule(g != null && g.id() != null, "%s needs gate and forced calibration with ids", at);
    rule(
        g.temperature() > 0 && Double.isFinite(g.temperature()),
        "%s calibration %s: temperature must be above 0: %s",
        at,
        g.id(),
        g.temperature());
    rule(g.examples() >= 0, "%s calibration %s: examples can't be %d", at, g.id(), g.examples());
    thresholds(g.id() + " thresholds", g.thresholds(), 1);
    thresholds(g.id() + " rapsThresholds", g.rapsThresholds(), most);
  }

  private void byLabel(List<List<Double>> levels) {
    rule(
        levels != null
            && levels.size() == m.levels().size()
            && levels.stream().allMatch(l -> l != null && l.size() == m.classes()),
        "%s calibration byLabel: needs a threshold for each level and label",
        at);
    for (int c = 0; c < m.classes(); c++) {
      List<Double> label = new ArrayList<>();
      for (List<Double> level : levels) {
        label.add(level.get(c));
      }
      thresholds("byLabel '%s'".formatted(m.labels().get(c)), label, 1);
    }
  }

  /** One threshold a level, none lower than that of the level before; null is above all. */
  private void thresholds(String what, List<Double> thresholds, double most) {
    rule(
        thresholds != null && thresholds.size() == m.levels().size(),
        "%s calibration %s: needs a threshold for each level",
        at,
        what);
    double before = 0;
    for (Double t : thresholds) {
      rule(
          t == null || (t >= 0 && t <= most + 1e-6),
          "%s calibration %s: thresholds lie in [0, %s]: %s",
          at,
          what,
          most,
          t);
      double size = t == null ? Double.POSITIVE_INFINITY : t;
      rule(
          size >= before,
          "%s calibration %s: thresholds must not fall as levels rise: %s",
          at,
          what,
          thresholds);
      before = size;
    }
  }

  @FormatMethod
  private void rule(boolean kept, @FormatString String broken, Object... args) {
    BundleException.unless(file, kept, broken, args);
  }
}
