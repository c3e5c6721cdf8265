package dev.offramp.runtime;

import dev.offramp.runtime.Manifest.ExitCalibration;
import dev.offramp.runtime.Manifest.Group;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.runtime.Manifest.Rule;
import java.util.Arrays;

/**
 * The exit decision, at one operating point of one bundle: logits to calibrated probabilities,
 * gate, leave or go on. A few multiplications for each class and exit passed; no network. Serving
 * and learning share it, so what was measured on held-out examples is what runs. Immutable but for
 * scratch fields: one instance for each thread.
 */
public final class Exits {
  private final Manifest manifest;
  private final OperatingPoint point;
  private final int classes;
  private final int last;
  private final double[] costs;
  private final double[] measures = new double[Measures.COUNT];
  private final double[] chances;
  private final float[] before;

  /** By exit: whether its gate looks at measures that take a logarithm for each class. */
  private final boolean[] costly;

  /** Of the event and exit at hand. */
  private final Gate.Ahead ahead = this::advantage;

  private int exit;

  /** The decision at this point of this bundle. */
  public Exits(Manifest manifest, OperatingPoint point) {
    this.manifest = manifest;
    this.point = point;
    this.classes = manifest.classes();
    this.last = manifest.exits() - 1;
    this.costs = manifest.stages().stream().mapToDouble(Manifest.Stage::cost).toArray();
    this.chances = new double[manifest.exits()];
    this.before = new float[classes];
    this.costly = new boolean[last];
    for (int l = 0; l < last; l++) {
      costly[l] = point.gates().get(l).reads().stream().anyMatch(Measures::costly);
    }
  }

  /** The operating point that decides. */
  public OperatingPoint point() {
    return point;
  }

  /**
   * Takes in the logits of the next exit and decides.
   *
   * @param state the event's; the next exit's logits must be in {@link ExitState#logits}
   * @return whether the event leaves here: the gate lets it, or this is the last exit
   */
  public boolean leaves(ExitState state) {
    exit = state.exits;
    advance(state);
    if (exit == last) {
      return true;
    }
    if (costly[exit]) {
      Measures.of(exit, state.probabilities, before, state.run, measures);
    } else {
      Measures.cheap(exit, state.probabilities, before, state.run, measures);
    }
    Gate gate = point.gates().get(exit);
    state.gate = gate.probability(measures, ahead);
    if (point.rule() == Rule.INDEPENDENT) {
      return state.gate >= 0.5;
    }
    double left = 1 - state.spent;
    double share = Math.max(0, Math.min(state.gate, left));
    state.spent += share;
    return left <= 0 || share / left >= 0.5;
  }

  private double advantage(double lambda) {
    manifest.foresight().get(exit).of(measures, chances);
    return Foresight.advantage(chances, exit, costs, lambda);
  }

  /** Moves the state past its next exit, whose logits are in place, without asking a gate. */
  public void advance(ExitState state) {
    int exit = state.exits;
    System.arraycopy(state.probabilities, 0, before, 0, classes);
    probabilities(state.logits, exit, 1, state.probabilities);
    int label = Scores.argmax(state.probabilities);
    state.run = label == state.label ? state.run + 1 : 0;
    state.label = label;
    state.exits = exit + 1;
  }

  /**
   * Probabilities by which an event that left is judged: those of its last exit, at the temperature
   * of its calibration group.
   */
  public void probabilities(ExitState state, Group group, float[] into) {
    probabilities(state.logits, state.exits - 1, group.temperature(), into);
  }

  /**
   * Probabilities by which an event is judged if it leaves at an exit.
   *
   * @param logits of that exit and those before [exits x classes], row-major
   * @param temperature of the calibration group
   * @param into receives them [classes]
   */
  public void probabilities(float[] logits, int exit, double temperature, float[] into) {
    float[] weights = manifest.stacking().get(exit);
    Arrays.fill(into, 0);
    for (int j = 0; j <= exit; j++) {
      float w = (float) (weights[j] / temperature);
      if (w != 0) {
        int at = j * classes;
        for (int c = 0; c < classes; c++) {
          into[c] += w * logits[at + c];
        }
      }
    }
    Scores.softmax(into);
  }

  /**
   * The largest logit, either way, that no exit's weights and no temperature of the bundle can take
   * past what a float holds; beyond it probabilities would be NaN.
   */
  static float largestLogit(Manifest manifest) {
    double coldest = 1;
    for (OperatingPoint point : manifest.points()) {
      for (ExitCalibration exit : point.calibration().exits()) {
        coldest = Math.min(coldest, exit.gate().temperature());
        coldest = Math.min(coldest, exit.forced().temperature());
      }
    }
    double heaviest = 1;
    for (float[] weights : manifest.stacking()) {
      double sum = 0;
      for (float w : weights) {
        sum += Math.abs(w);
      }
      heaviest = Math.max(heaviest, sum);
    }
    // Half of it for the difference of two logits, and half for rounding.
    return (float) (Float.MAX_VALUE / 4 * coldest / heaviest);
  }

  /** The calibration group of an event that left at its last exit passed. */
  public Group group(ExitState state, boolean forced) {
    var calibration = point.calibration().exits().get(state.exits - 1);
    return forced ? calibration.forced() : calibration.gate();
  }
}
