package dev.offramp.runtime;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.runtime.Manifest.Stage;
import dev.offramp.runtime.Manifest.Tensor;
import dev.offramp.runtime.Manifest.TensorInput;
import dev.offramp.runtime.Manifest.TextInput;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;

/** The rules that a manifest keeps by itself, without its files. */
final class ManifestCheck {
  /** Of a tensor of one event; a batch of some still fits a buffer. */
  private static final int MOST_VALUES = 1 << 26;

  private final Path file;
  private final Manifest m;

  ManifestCheck(Path file, Manifest manifest) {
    this.file = file;
    this.m = manifest;
  }

  /** Throws a {@link BundleException} for the first rule that is broken. */
  void check() {
    present("labels", m.labels());
    present("stages", m.stages());
    present("stacking", m.stacking());
    present("levels", m.levels());
    present("points", m.points());
    rule(m.input() != null, "input is missing");
    rule(m.provenance() != null, "provenance is missing");
    rule(m.labels().size() >= 2, "labels must be two or more");
    rule(new HashSet<>(m.labels()).size() == m.labels().size(), "labels must differ");
    rule(!m.stages().isEmpty(), "stages must be one or more");
    String id = ManifestFile.idOf(m);
    rule(id.equals(m.id()), "id is %s, its content says %s: it was changed", m.id(), id);
    input();
    for (int k = 0; k < m.exits(); k++) {
      stage(k, m.stages().get(k));
    }
    rule(m.stacking().size() == m.exits(), "stacking must have a row for each stage");
    for (int l = 0; l < m.exits(); l++) {
      float[] row = m.stacking().get(l);
      rule(row != null && row.length == l + 1, "stacking[%d] must have %d weights", l, l + 1);
      for (float w : row) {
        rule(Float.isFinite(w), "stacking[%d] has %s: weights must be finite", l, w);
      }
    }
    foresight();
    double before = 0;
    for (double level : m.levels()) {
      rule(level > before && level < 1, "levels must ascend within (0, 1): %s", m.levels());
      before = level;
    }
    rule(!m.points().isEmpty(), "points must be one or more");
    HashSet<String> names = new HashSet<>();
    for (OperatingPoint p : m.points()) {
      rule(
          p != null && p.name() != null && names.add(p.name()),
          "points must have names that differ");
      point(p);
    }
    rule(
        names.contains(m.defaultPoint()),
        "defaultPoint '%s' is none of %s",
        m.defaultPoint(),
        names);
  }

  private void input() {
    if (m.input() instanceof TextInput text) {
      rule(text.maxTokens() >= 3, "input.maxTokens must be 3 or more: %d", text.maxTokens());
      rule(text.padId() >= 0, "input.padId must be 0 or more: %d", text.padId());
      rule(text.tokenIds() >= 0, "input.tokenIds must be 0 or more: %d", text.tokenIds());
    } else if (m.input() instanceof TensorInput tensor) {
      rule(tensor.name() != null && !tensor.name().isEmpty(), "input.name is missing");
      shape("input.shape", tensor.shape(), false);
    }
  }

  private void stage(int k, Stage s) {
    rule(
        s != null && s.file() != null && s.sha256() != null, "stages[%d] needs file and sha256", k);
    rule(s.logits() != null, "stages[%d].logits is missing", k);
    rule(s.takes() != null && s.gives() != null, "stages[%d] needs takes and gives", k);
    double before = k == 0 ? 0 : m.stages().get(k - 1).cost();
    rule(
        s.cost() >= before && s.cost() <= 1,
        "stages[%d].cost must not fall and be at most 1: %s after %s",
        k,
        s.cost(),
        before);
    HashSet<String> names = new HashSet<>();
    for (Tensor t : s.gives()) {
      rule(
          t != null && t.name() != null && names.add(t.name()),
          "stages[%d].gives needs names that differ",
          k);
      shape("stages[%d].gives '%s'".formatted(k, t.name()), t.shape(), true);
    }
    if (k == 0) {
      rule(s.takes().isEmpty(), "stages[0].takes must be empty");
    } else {
      List<Tensor> given = m.stages().get(k - 1).gives();
      rule(
          s.takes().equals(given),
          "stages[%d].takes must be what stages[%d] gives: %s, not %s",
          k,
          k - 1,
          given,
          s.takes());
    }
    if (k == m.exits() - 1) {
      rule(s.gives().isEmpty(), "stages[%d].gives must be empty: it is the last", k);
      rule(Math.abs(s.cost() - 1) < 1e-9, "stages[%d].cost must be 1: it is the last", k);
    }
  }

  private void shape(String what, List<Integer> shape, boolean tokens) {
    rule(shape != null && !shape.isEmpty(), "%s needs a shape", what);
    double values = 1;
    for (int d = 0; d < shape.size(); d++) {
      Integer size = shape.get(d);
      boolean ofTokens = tokens && d == 0 && m.input() instanceof TextInput;
      rule(
          size != null && (size >= 1 || (ofTokens && size == Manifest.TOKENS)),
          "%s: shape %s must have sizes of 1 or more",
          what,
          shape);
      values *= Math.max(1, size);
    }
    rule(
        values <= MOST_VALUES,
        "%s: shape %s must have at most %d values",
        what,
        shape,
        MOST_VALUES);
  }

  private void point(OperatingPoint p) {
    String at = "point '" + p.name() + "'";
    rule(p.rule() != null, "%s needs a rule", at);
    rule(
        p.gates() != null
            && p.gates().size() == m.exits() - 1
            && p.gates().stream().allMatch(Objects::nonNull),
        "%s needs a gate for each exit but the last",
        at);
    for (Gate gate : p.gates()) {
      rule(
          m.foresight() != null || !(gate instanceof Gate.Foreseeing),
          "%s has a gate that foresees, and the manifest no foresight",
          at);
      if (gate instanceof Gate.Linear linear) {
        rule(
            linear.weights() != null
                && Double.isFinite(linear.bias())
                && linear.weights().values().stream()
                    .allMatch(w -> w != null && Double.isFinite(w)),
            "%s has a gate with weights that are not finite",
            at);
      } else if (gate instanceof Gate.Threshold threshold) {
        rule(
            threshold.measure() != null && Double.isFinite(threshold.value()),
            "%s has a threshold without a measure or a finite value",
            at);
      } else if (gate instanceof Gate.Foreseeing foreseeing) {
        rule(
            Double.isFinite(foreseeing.lambda()) && Double.isFinite(foreseeing.offset()),
            "%s has a gate with a price or an offset that is not finite",
            at);
      }
    }
    rule(p.expected() != null, "%s needs what is expected of it", at);
    rule(
        within01(p.expected().accuracy()) && within01(p.expected().cost()),
        "%s needs an expected accuracy and cost in [0, 1]: %s and %s",
        at,
        p.expected().accuracy(),
        p.expected().cost());
    rule(
        p.lambda() == null || Double.isFinite(p.lambda()),
        "%s: lambda must be finite: %s",
        at,
        p.lambda());
    List<Double> shares = p.expected().exitShares();
    rule(
        shares != null
            && shares.size() == m.exits()
            && shares.stream().allMatch(s -> s != null && s >= 0 && s <= 1),
        "%s needs an expected share in [0, 1] for each exit: %s",
        at,
        shares);
    new CalibrationCheck(file, m, at).check(p.calibration());
  }

  private static boolean within01(double value) {
    // Means of many numbers can be a hair more.
    return value >= 0 && value <= 1 + 1e-6;
  }

  private void foresight() {
    if (m.foresight() == null) {
      return;
    }
    rule(
        m.foresight().size() == m.exits() - 1,
        "foresight must be of each exit but the last: %d of %d",
        m.foresight().size(),
        m.exits() - 1);
    for (int l = 0; l < m.foresight().size(); l++) {
      Foresight f = m.foresight().get(l);
      rule(
          f != null
              && f.b1() != null
              && f.b1().length > 0
              && sized(f.b1(), f.b1().length)
              && sized(f.w1(), Measures.COUNT * f.b1().length)
              && sized(f.w2(), f.b1().length * (m.exits() - l))
              && sized(f.b2(), m.exits() - l)
              && sized(f.direct(), m.exits() - l),
          "foresight[%d] must have finite weights for %d measures and %d exits",
          l,
          Measures.COUNT,
          m.exits() - l);
    }
  }

  private static boolean sized(float[] weights, int size) {
    boolean sized = weights != null && weights.length == size;
    for (int i = 0; sized && i < size; i++) {
      sized = Float.isFinite(weights[i]);
    }
    return sized;
  }

  private void present(String what, List<?> list) {
    rule(
        list != null && list.stream().allMatch(Objects::nonNull),
        "%s is missing or has gaps",
        what);
  }

  @FormatMethod
  private void rule(boolean kept, @FormatString String broken, Object... args) {
    BundleException.unless(file, kept, broken, args);
  }
}
