package dev.offramp.fit.learn;

import java.util.List;

/**
 * How heads, calibration and gates are learned. {@link #standard} is what experiments on CLINC150,
 * BANKING77 and CIFAR-10 settled on.
 *
 * @param heads how the classifiers are learned
 * @param stacking how the weights of earlier exits' logits are learned
 * @param gates how the gates are learned
 * @param foresight how gates learn to foresee deeper exits
 * @param kind which gates the operating points may have
 * @param goal what the default point must keep on examples that the heads haven't seen
 * @param levels confidence levels of the prediction sets, ascending, each in (0, 1)
 * @param seed of all chance; equal seeds give equal results on one machine, whatever its load
 * @param joint how heads and gates are learned together, the published way; then heads, stacking,
 *     gates, foresight, kind and goal say nothing. Null: heads first, then gates
 */
public record Recipe(
    Heads heads,
    Stacking stacking,
    Gates gates,
    Foresight foresight,
    GateKind kind,
    Goal goal,
    List<Double> levels,
    long seed,
    Joint joint) {

  /** Training examples that make a fit short. */
  private static final int FEW = 10_000;

  /** Checks the levels. */
  public Recipe {
    levels = List.copyOf(levels);
    for (int i = 0; i < levels.size(); i++) {
      double level = levels.get(i);
      if (!(level > 0 && level < 1) || (i > 0 && level <= levels.get(i - 1))) {
        throw new IllegalArgumentException(
            "confidence levels must ascend between 0 and 1, both excluded: " + levels);
      }
    }
  }

  /**
   * How the heads are learned: cross-entropy, AdamW with a cosine schedule.
   *
   * @param hidden units of the hidden layer
   * @param dropout share of inputs left out at a step, for inputs of 768 columns or more; less for
   *     narrower ones, down to a quarter of it
   * @param learningRate at the start
   * @param weightDecay decoupled from the gradient
   * @param batch examples of a step
   * @param epochs passes over the examples
   * @param folds parts of the training examples that are left out in turn, so that calibration and
   *     gates learn on logits of examples that the head hasn't seen; two or more
   * @param patience epochs of the schedule's second half without a rise of held-out accuracy after
   *     which a head is done
   */
  public record Heads(
      int hidden,
      double dropout,
      double learningRate,
      double weightDecay,
      int batch,
      int epochs,
      int folds,
      int patience) {
    /** Checks the ranges. */
    public Heads {
      atLeast("hidden", hidden, 1);
      atLeast("batch", batch, 1);
      atLeast("epochs", epochs, 1);
      atLeast("folds", folds, 2);
      atLeast("patience", patience, 1);
      if (!(dropout >= 0 && dropout < 1)) {
        throw new IllegalArgumentException("dropout must be in [0, 1): " + dropout);
      }
    }

    /** Dropout for inputs of this many columns. */
    double dropout(int columns) {
      return dropout * Math.max(0.25, Math.min(1, columns / 768.0));
    }
  }

  /**
   * How the weights of earlier exits' logits are learned: Adam on the negative log-likelihood.
   *
   * @param learningRate of Adam
   * @param steps how many
   * @param batch examples of a step
   */
  public record Stacking(double learningRate, int steps, int batch) {
    /** Checks the ranges. */
    public Stacking {
      atLeast("steps", steps, 0);
      atLeast("batch", batch, 1);
    }
  }

  /**
   * How the gates are learned.
   *
   * @param lambdas how many prices of cost are tried
   * @param cheapest the smallest of them
   * @param dearest the largest; those between are even in the logarithm
   * @param learningRate of Adam
   * @param steps how many
   * @param batch examples of a step
   * @param pull weight of the squared distance from the shared threshold
   */
  public record Gates(
      int lambdas,
      double cheapest,
      double dearest,
      double learningRate,
      int steps,
      int batch,
      double pull) {
    /** Checks the ranges. */
    public Gates {
      atLeast("lambdas", lambdas, 1);
      atLeast("steps", steps, 0);
      atLeast("batch", batch, 1);
      if (!(cheapest > 0 && dearest >= cheapest)) {
        throw new IllegalArgumentException(
            "lambdas must ascend from above 0: " + cheapest + " to " + dearest);
      }
    }

    /** The i-th price, from the smallest. */
    double lambda(int i) {
      return lambdas == 1 ? cheapest : cheapest * Math.pow(dearest / cheapest, i / (lambdas - 1.0));
    }
  }

  /**
   * How gates learn to foresee deeper exits: AdamW with a cosine schedule.
   *
   * @param hidden units of each perceptron
   * @param learningRate at the start
   * @param weightDecay decoupled from the gradient
   * @param steps how many
   * @param batch examples of a step
   * @param folds parts of the examples that are left out in turn; two or more
   */
  public record Foresight(
      int hidden, double learningRate, double weightDecay, int steps, int batch, int folds) {
    /** Checks the ranges. */
    public Foresight {
      atLeast("hidden", hidden, 1);
      atLeast("steps", steps, 1);
      atLeast("batch", batch, 1);
      atLeast("folds", folds, 2);
    }
  }

  /**
   * How heads and gates are learned together for one operating point (JEI-DNN, arXiv 2310.09163):
   * linear heads, gradient descent with momentum and a cosine schedule.
   *
   * @param lambda what the whole network's cost is worth, in nats of cross-entropy; larger means
   *     earlier exits
   * @param warmUp epochs that a head learns alone, at most
   * @param patience epochs without a rise of held-out accuracy after which a head is warm
   * @param epochs passes over the examples, heads and gates in turn
   * @param alternate batches that heads learn on before gates do, and gates before heads
   * @param batch examples of a batch
   * @param warmUpRate learning rate of heads that warm up
   * @param headRate learning rate of heads when turns begin
   * @param gateRate learning rate of gates when turns begin
   * @param weightDecay pull of all weights towards 0
   */
  public record Joint(
      double lambda,
      int warmUp,
      int patience,
      int epochs,
      int alternate,
      int batch,
      double warmUpRate,
      double headRate,
      double gateRate,
      double weightDecay) {
    /** Checks the ranges. */
    public Joint {
      atLeast("warmUp", warmUp, 1);
      atLeast("patience", patience, 1);
      atLeast("epochs", epochs, 1);
      atLeast("alternate", alternate, 1);
      atLeast("batch", batch, 1);
      if (!(lambda >= 0 && lambda < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("lambda must be 0 or more: " + lambda);
      }
    }

    /** The paper's numbers; learning rates and the length of a turn are ours. */
    public static Joint of(double lambda) {
      return new Joint(lambda, 20, 2, 15, 20, 128, 0.05, 0.01, 0.1, 5e-4);
    }
  }

  /**
   * The same with wider heads where examples are few: on BANKING77 (8,002) they win .2 points at
   * cost .10, for twice the time, which is short there.
   */
  public Recipe sized(int examples) {
    return heads.equals(standard().heads) && examples <= FEW
        ? with(new Heads(512, 0.5, 2e-3, 0.2, 128, 12, 3, 3))
        : this;
  }

  /** The recipe to start from. */
  public static Recipe standard() {
    return new Recipe(
        new Heads(256, 0.4, 2e-3, 0.2, 128, 12, 3, 3),
        new Stacking(0.02, 400, 128),
        new Gates(18, 5e-4, 2, 0.05, 300, 2048, 0.01),
        new Foresight(64, 0.01, 1e-3, 200, 512, 3),
        GateKind.BEST,
        new Goal.AccuracyLoss(0.005),
        List.of(0.80, 0.90, 0.95, 0.99),
        1,
        null);
  }

  /** JEI-DNN as published, the reference: one operating point, learned for this lambda. */
  public static Recipe paper(double lambda) {
    Recipe s = standard();
    return new Recipe(
        s.heads,
        s.stacking,
        s.gates,
        s.foresight,
        s.kind,
        s.goal,
        s.levels,
        s.seed,
        Joint.of(lambda));
  }

  /** Units of each head's hidden layer; 0: heads are linear. */
  public int hidden() {
    return joint == null ? heads.hidden() : 0;
  }

  /** The same with other heads. */
  public Recipe with(Heads other) {
    return new Recipe(other, stacking, gates, foresight, kind, goal, levels, seed, joint);
  }

  /** The same with other gates. */
  public Recipe with(GateKind other) {
    return new Recipe(heads, stacking, gates, foresight, other, goal, levels, seed, joint);
  }

  /** The same with another seed. */
  public Recipe withSeed(long other) {
    return new Recipe(heads, stacking, gates, foresight, kind, goal, levels, other, joint);
  }

  /** The same with another goal for the default point. */
  public Recipe with(Goal other) {
    return new Recipe(heads, stacking, gates, foresight, kind, other, levels, seed, joint);
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be at least " + least + ": " + value);
    }
  }
}
