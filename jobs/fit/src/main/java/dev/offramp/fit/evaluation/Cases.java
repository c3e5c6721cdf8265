package dev.offramp.fit.evaluation;

import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.OperatingPoint;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Picks examples worth reading. */
final class Cases {
  private static final int MOST = 10;

  private final Manifest manifest;
  private final OperatingPoint point;
  private final int level;
  private final List<String> texts;
  private final float[][] logits;
  private final int[] labels;
  private final Judged judged;

  /**
   * Examples to pick from.
   *
   * @param level index of the level of their sets
   * @param texts null for tensors
   * @param labels null if no label fits
   */
  Cases(
      Manifest manifest,
      OperatingPoint point,
      int level,
      List<String> texts,
      float[][] logits,
      int[] labels,
      Judged judged) {
    this.manifest = manifest;
    this.point = point;
    this.level = level;
    this.texts = texts;
    this.logits = logits;
    this.labels = labels;
    this.judged = judged;
  }

  /** Those whose truth was thought least likely. */
  List<Case> hardest() {
    return picked(Comparator.comparingDouble(i -> judged.truthProbability[i]), i -> true);
  }

  /** Right ones that left first, the surest first; one of each label, so that they differ. */
  List<Case> easiest() {
    Set<Integer> labelled = new HashSet<>();
    Comparator<Integer> order =
        Comparator.<Integer>comparingInt(i -> judged.exit[i])
            .thenComparingDouble(i -> -judged.confidence[i]);
    return picked(order, i -> judged.correct[i] && labelled.add(labels[i]));
  }

  /** Those with the least entropy, whatever their truth: strangers that look most at home. */
  List<Case> surest() {
    return picked(Comparator.comparingDouble(i -> judged.entropy[i]), i -> true);
  }

  private List<Case> picked(Comparator<Integer> order, IntPredicate taken) {
    return IntStream.range(0, judged.examples())
        .boxed()
        .sorted(order)
        .filter(taken::test)
        .limit(MOST)
        .map(this::told)
        .toList();
  }

  private Case told(int i) {
    Judge judge = new Judge(manifest, point);
    judge.judge(logits[i]);
    float[] p = judge.probabilities();
    boolean[] members = judge.set(level);
    List<String> set =
        IntStream.range(0, p.length)
            .filter(c -> members[c])
            .boxed()
            .sorted(Comparator.comparingDouble(c -> -p[c]))
            .limit(Case.MOST_LABELS)
            .map(manifest.labels()::get)
            .toList();
    return new Case(
        i,
        texts.get(i),
        labels == null ? null : manifest.labels().get(labels[i]),
        manifest.labels().get(judged.answer[i]),
        judged.confidence[i],
        labels == null ? null : judged.truthProbability[i],
        judged.exit[i],
        judged.entropy[i],
        judged.setSize[level][i],
        set);
  }
}
