package dev.offramp.fit;

import dev.offramp.fit.data.Backbone;
import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.graph.BoundaryCost;
import dev.offramp.fit.graph.Cut;
import dev.offramp.fit.graph.Stages;
import dev.offramp.fit.graph.TextRules;
import dev.offramp.fit.learn.HastyHeads;
import dev.offramp.fit.learn.Split;
import dev.offramp.fit.work.Progress;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Chooses which of the possible exits a bundle gets: those that earn what it costs to pass them.
 * One thread.
 */
final class ExitSelection {
  private final Fit.Options options;
  private final TextRules rules;
  private final BoundaryCost boundaries;
  private final Progress progress;

  ExitSelection(Fit.Options options, TextRules rules, BoundaryCost boundaries, Progress progress) {
    this.options = options;
    this.rules = rules;
    this.boundaries = boundaries;
    this.progress = progress;
  }

  /**
   * The exits to have, ascending.
   *
   * @param possible stages with every possible exit
   * @param train features at all of these
   * @param validation features at all of these
   */
  List<Integer> choose(
      Stages possible, Backbone backbone, Dataset data, Split train, Split validation) {
    List<Cut> exits = possible.exits();
    if (!open()) {
      return IntStream.range(0, exits.size()).boxed().toList();
    }
    HastyHeads heads =
        HastyHeads.learn(
            train,
            validation,
            data.labels().size(),
            options.recipe().heads(),
            options.recipe().seed(),
            progress);
    double boundary = boundaries.of(backbone, possible, heads.heads(), rules, data.train());
    // What heads cost is in the boundary, as measured.
    double whole = exits.get(exits.size() - 1).multiplyAddsBefore();
    double[] costs = exits.stream().mapToDouble(e -> e.multiplyAddsBefore() / whole).toArray();
    int most = options.stages() == 0 ? exits.size() : options.stages();
    List<Integer> chosen = heads.choose(costs, boundary, most);
    progress.note(line(chosen, costs, boundary));
    return chosen;
  }

  /** Whether there is something to choose. */
  private boolean open() {
    boolean reference = options.recipe().joint() != null;
    return options.cuts().isEmpty()
        && (options.stages() > 0 || (options.stages() == 0 && !reference));
  }

  private static String line(List<Integer> chosen, double[] costs, double boundary) {
    String places =
        chosen.stream()
            .map(e -> String.format(Locale.ROOT, "%d (at %.0f %%)", e, 100 * costs[e]))
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "%d of %d exits earn their place: %s of the network; to pass one costs %.1f %% of it",
        chosen.size(),
        costs.length,
        places,
        100 * boundary);
  }
}
