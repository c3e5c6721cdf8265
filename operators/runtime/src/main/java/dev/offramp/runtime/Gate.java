package dev.offramp.runtime;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** What decides at an exit whether an event leaves. Immutable; any thread. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Gate.Linear.class, name = "linear"),
  @JsonSubTypes.Type(value = Gate.Threshold.class, name = "threshold"),
  @JsonSubTypes.Type(value = Gate.Foreseeing.class, name = "foreseeing"),
  @JsonSubTypes.Type(value = Gate.Shut.class, name = "shut")
})
public sealed interface Gate {

  /**
   * The gate's value g in [0, 1] for leaving.
   *
   * @param measures by {@link Measure#index}, as {@link Measures#of} gives them
   * @param ahead what the exit foresees; asked only by gates that need it
   */
  double probability(double[] measures, Ahead ahead);

  /** Whether {@link #probability} is a probability, or just yes and no. */
  boolean graded();

  /** The measures that it looks at, itself or through what the exit foresees. */
  @JsonIgnore
  Set<Measure> reads();

  /** What an exit foresees of an event. */
  @FunctionalInterface
  interface Ahead {
    /**
     * How much better the best deeper exit is than leaving here; see {@link Foresight#advantage}.
     *
     * @param lambda price of the whole network in units of accuracy
     */
    double advantage(double lambda);
  }

  /**
   * Learned: g = sigmoid(w . m + b).
   *
   * @param weights by measure; those left out are 0
   * @param bias b
   */
  record Linear(Map<Measure, Double> weights, double bias) implements Gate {
    @Override
    public double probability(double[] measures, Ahead ahead) {
      double score = bias;
      for (Map.Entry<Measure, Double> e : weights.entrySet()) {
        score += e.getValue() * measures[e.getKey().index()];
      }
      return 1 / (1 + Math.exp(-score));
    }

    @Override
    public boolean graded() {
      return true;
    }

    @Override
    public Set<Measure> reads() {
      return weights.keySet();
    }
  }

  /**
   * Leave when one measure is sure enough: entropies at most the value, all others at least.
   *
   * @param measure what is looked at
   * @param value in the measure's unit
   */
  record Threshold(Measure measure, double value) implements Gate {
    @Override
    public double probability(double[] measures, Ahead ahead) {
      double m = measures[measure.index()];
      boolean lowIsSure = measure == Measure.ENTROPY || measure == Measure.SHARPENED_ENTROPY;
      return (lowIsSure ? m <= value : m >= value) ? 1 : 0;
    }

    @Override
    public boolean graded() {
      return false;
    }

    @Override
    public Set<Measure> reads() {
      return Set.of(measure);
    }
  }

  /**
   * Learned: leave when no deeper exit is foreseen to be worth its cost. Unlike a threshold on how
   * sure an event is, it also lets go what going on would not mend.
   *
   * @param lambda price of the whole network in units of accuracy
   * @param offset the most that the foreseen advantage of going on may be
   */
  record Foreseeing(double lambda, double offset) implements Gate {
    @Override
    public double probability(double[] measures, Ahead ahead) {
      return ahead.advantage(lambda) <= offset ? 1 : 0;
    }

    @Override
    public boolean graded() {
      return false;
    }

    @Override
    public Set<Measure> reads() {
      return EnumSet.allOf(Measure.class);
    }
  }

  /** Lets nobody leave: full depth. */
  record Shut() implements Gate {
    @Override
    public double probability(double[] measures, Ahead ahead) {
      return 0;
    }

    @Override
    public boolean graded() {
      return false;
    }

    @Override
    public Set<Measure> reads() {
      return Set.of();
    }
  }
}
