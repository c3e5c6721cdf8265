package dev.offramp.fit.graph;

import dev.offramp.fit.data.Backbone;
import dev.offramp.fit.data.Example;
import dev.offramp.fit.learn.Head;
import dev.offramp.fit.work.Progress;
import java.util.List;
import java.util.function.Function;

/**
 * Writes stages in the fastest form that computes what the backbone computes. Numbers decide: a
 * form is tried on examples, and one that differs, or can't be run, is passed over with a note. The
 * last is the plain one, whose failure is the caller's to hear. One thread.
 */
public final class TunedStages {
  private final Stages stages;
  private final Backbone backbone;
  private final int maxTokens;
  private final List<Example> examples;
  private final Progress progress;

  /**
   * Prepares the writing.
   *
   * @param stages in their plain form
   * @param backbone the one that they are cut from
   * @param maxTokens texts are cut off after so many tokens
   * @param examples on which a form must prove itself
   * @param progress hears which form was passed over, and why
   */
  public TunedStages(
      Stages stages, Backbone backbone, int maxTokens, List<Example> examples, Progress progress) {
    this.stages = stages;
    this.backbone = backbone;
    this.maxTokens = maxTokens;
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
    return write(heads, FusedGraphs::of);
  }

  /** The same with forms from elsewhere. */
  Written write(List<Head> heads, Function<Cuts, List<OnnxGraph>> forms) {
    List<Stage> plain = stages.write(heads);
    for (OnnxGraph form : found(forms)) {
      try {
        return checked(stages.from(form).write(heads), plain);
      } catch (IllegalArgumentException | IllegalStateException e) {
        progress.note("a faster form of the stages is passed over: " + e.getMessage());
      }
    }
    return new Written(plain, reproduced(plain));
  }

  private List<OnnxGraph> found(Function<Cuts, List<OnnxGraph>> forms) {
    if (examples.isEmpty()) {
      return List.of();
    }
    try {
      return forms.apply(stages.cuts());
    } catch (IllegalArgumentException | IllegalStateException e) {
      progress.note("no faster form of the stages is looked for: " + e.getMessage());
      return List.of();
    }
  }

  private Written checked(List<Stage> tuned, List<Stage> plain) {
    if (!stages.cuts().graph().batchInvariant()) {
      // Whole, such a backbone gives other numbers than in stages, but stages must agree.
      try (Reproduction pair = Reproduction.between(stages.cuts(), stages.exits(), plain, tuned)) {
        pair.check(backbone, maxTokens, examples);
      }
    }
    return new Written(tuned, reproduced(tuned));
  }

  private double reproduced(List<Stage> written) {
    try (Reproduction whole = new Reproduction(stages.cuts(), stages.exits(), written)) {
      return whole.check(backbone, maxTokens, examples);
    }
  }
}
