package dev.offramp.fit.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Chooses exits among the cuts of a backbone. Every choice ends with the backbone's result, and
 * begins with the cut before all multiply-adds where there is one: an exit that costs almost
 * nothing. Where the result has states of tokens, only cuts as wide as it serve: heads then read
 * what earlier exits saw too (see {@link dev.offramp.fit.learn.Head}), which is worth more than a
 * cut of another width.
 */
public final class ExitChoice {
  /** Stages where nothing repeats and nobody says how many. */
  static final int MOST = 12;

  /** Reasons named in a message. */
  private static final int NAMED = 3;

  private final Cuts cuts;
  private final List<Cut> free;
  private final List<Cut> costly;

  /** Choices among these cuts. */
  public ExitChoice(Cuts cuts) {
    this.cuts = cuts;
    List<Cut> usable =
        cuts.candidates().stream()
            .filter(c -> !cuts.output().hasTokens() || c.width() == cuts.output().width())
            .toList();
    this.free = usable.stream().filter(c -> c.multiplyAddsBefore() == 0).toList();
    this.costly =
        Stream.concat(
                usable.stream().filter(c -> c.multiplyAddsBefore() > 0), Stream.of(cuts.output()))
            .toList();
  }

  /**
   * Exits at the end of each repetition: with the smallest p for which the multiply-adds from cut
   * to cut repeat after p of them (attention and feed-forward in an encoder: 2), every p-th cut
   * from the end. Where nothing repeats, up to {@link #MOST} stages of like cost.
   *
   * @throws IllegalArgumentException the backbone has no cut; says which tensors stand in the way
   */
  public List<Cut> byRepetition() {
    if (costly.size() + free.size() < 2) {
      throw new IllegalArgumentException(
          "%s can't be cut into stages: %s"
              .formatted(cuts.graph().name(), String.join("; ", obstacles())));
    }
    int period = period();
    if (period == 0) {
      return evenly(Math.min(MOST, free.size() + costly.size()));
    }
    List<Cut> chosen = new ArrayList<>();
    for (int i = costly.size() - 1; i >= 0; i -= period) {
      chosen.add(0, costly.get(i));
    }
    return withFree(chosen);
  }

  /**
   * So many stages, of multiply-adds as like as can be.
   *
   * @param stages the one that costs nothing included; 2 or more, and no more than there are cuts
   */
  List<Cut> evenly(int stages) {
    int parts = stages - free.size();
    double total = cuts.output().multiplyAddsBefore();
    List<Cut> chosen = new ArrayList<>();
    int next = 0;
    for (int part = 1; part <= parts; part++) {
      double target = total * part / parts;
      int latest = costly.size() - 1 - (parts - part);
      while (next < latest && distance(next + 1, target) < distance(next, target)) {
        next++;
      }
      chosen.add(costly.get(part == parts ? costly.size() - 1 : next++));
    }
    return withFree(chosen);
  }

  /**
   * Exits at these tensors.
   *
   * @param tensors names of cuts, in any order
   * @throws IllegalArgumentException names the one that is no cut, and those that are
   */
  public List<Cut> at(List<String> tensors) {
    List<String> known = Stream.concat(free.stream(), costly.stream()).map(Cut::tensor).toList();
    for (String tensor : tensors) {
      if (!known.contains(tensor)) {
        boolean made = cuts.graph().producer(tensor) != null;
        throw new IllegalArgumentException(
            "%s can't be cut at %s%s; it can at %s"
                .formatted(
                    cuts.graph().name(),
                    tensor,
                    made ? "" : ", which no node of it makes",
                    String.join(", ", known)));
      }
    }
    return withFree(
        costly.stream()
            .filter(c -> tensors.contains(c.tensor()) || c.equals(cuts.output()))
            .toList());
  }

  /** Why nothing can be cut, one reason for each tensor, the first few. */
  private List<String> obstacles() {
    List<String> obstacles = new ArrayList<>(cuts.obstacles());
    Cut output = cuts.output();
    for (Cut candidate : cuts.candidates()) {
      if (output.hasTokens() && candidate.width() != output.width()) {
        obstacles.add(
            "the tensor %s is %d wide, and where the output has states of tokens (here %s) exits must be as wide as it: %d"
                .formatted(candidate.tensor(), candidate.width(), output.tensor(), output.width()));
      }
    }
    if (obstacles.isEmpty()) {
      obstacles.add(
          "no tensor in it has multiply-adds both before and behind it, so that an exit there would save some");
    }
    int more = obstacles.size() - NAMED;
    return more > 0
        ? Stream.concat(obstacles.stream().limit(NAMED), Stream.of("and %d more".formatted(more)))
            .toList()
        : obstacles;
  }

  private double distance(int index, double target) {
    return Math.abs(costly.get(index).multiplyAddsBefore() - target);
  }

  private List<Cut> withFree(List<Cut> chosen) {
    return Stream.concat(free.stream(), chosen.stream()).toList();
  }

  /** The smallest period of the steps' multiply-adds that fits in twice; 0 if there is none. */
  private int period() {
    long[] steps = new long[costly.size()];
    for (int i = 0; i < steps.length; i++) {
      long before = i == 0 ? 0 : costly.get(i - 1).multiplyAddsBefore();
      steps[i] = costly.get(i).multiplyAddsBefore() - before;
    }
    for (int p = 1; 2 * p <= steps.length; p++) {
      boolean repeats = true;
      for (int i = p; i < steps.length; i++) {
        repeats &= steps[i] == steps[i - p];
      }
      if (repeats) {
        return p;
      }
    }
    return 0;
  }
}
