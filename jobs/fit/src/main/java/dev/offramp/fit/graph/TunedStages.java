package dev.offramp.fit.graph;

import dev.offramp.fit.data.Backbone;
import dev.offramp.fit.data.Example;
import dev.offramp.fit.learn.Head;
import dev.offramp.fit.work.Progress;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Writes stages in the fastest form that computes what the backbone computes. Numbers decide: a
 * form is tried on examples, and one that differs, or can't be run, is passed over with a note. The
 * last is the plain one, whose failure is the caller's to hear. One thread.
 */
public final class TunedStages {
  private final Stages stages;
  private final Backbone backbone;
  private final TextRules rules;
  private final List<Example> examples;
  private final Progress progress;

  /**
   * Prepares the writing.
   *
   * @param stages in their plain form
   * @param backbone the one that they are cut from
   * @param rules of texts
   * @param examples on which the fast form must prove itself; without any it isn't trusted
   * @param progress hears why stages keep their plain form
   */
  public TunedStages(
      Stages stages,
      Backbone backbone,
      TextRules rules,
      List<Example> examples,
      Progress progress) {
    this.stages = stages;
    this.backbone = backbone;
    this.rules = rules;
    this.examples = List.copyOf(examples);
    this.progress = progress;
  }

  /**
   * What was written.
   *
   * @param stages one for each exit
   * @param difference the largest between these and the backbone that was seen
   */
  public record Written(List<Stage> stages, double difference) {}

  /**
   * Writes all stages.
   *
   * @param heads one for each exit
   * @throws IllegalStateException if not even the plain form computes what the backbone computes
   */
  public Written write(List<Head> heads) {
    return write(heads, FusedGraph::of);
  }

  /** The same with a form from elsewhere; empty where there is none. */
  Written write(List<Head> heads, Function<Cuts, Optional<OnnxGraph>> form) {
    if (!examples.isEmpty()) {
      try {
        Optional<OnnxGraph> graph = form.apply(stages.cuts());
        if (graph.isPresent()) {
          return checked(stages.from(graph.get()).write(heads));
        }
      } catch (IllegalArgumentException | IllegalStateException e) {
        progress.note("the stages keep their plain form, which is slower: " + e.getMessage());
      }
    }
    return checked(stages.write(heads));
  }

  private Written checked(List<Stage> written) {
    try (Reproduction whole = new Reproduction(stages.cuts(), stages.exits(), written)) {
      return new Written(written, whole.check(backbone, rules, examples));
    }
  }
}
