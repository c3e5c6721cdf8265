package dev.offramp.fit.graph;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.offramp.fit.data.Backbone;
import dev.offramp.fit.data.Example;
import dev.offramp.fit.data.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Whether a network's numbers for a text depend on what shares its batch: examples are run alone
 * and in batches with others, padded as the longest needs it, and their features at every exit are
 * compared. Where padding changes them, batches of texts of equal length are tried.
 *
 * <p>That a graph reads {@code attention_mask} proves nothing: it can be left out of a mean. That
 * it doesn't proves nothing either: a mask can be made from the ids of padding.
 *
 * @param padded the largest difference in padded batches, as a share of the features' size
 * @param equal the same in batches of equal length; 0 where they weren't tried
 */
public record PaddingCheck(double padded, double equal) {
  /** What rounding in another batch shape stays far below, and an effect of padding far above. */
  static final double TOLERANCE = 1e-3;

  /** Batches of equal length that take this share of the difference away are worth their price. */
  private static final double MUCH = 0.25;

  private static final int TEXTS = 32;
  private static final int ROWS = 8;

  /** Batches of equal length, if they are needed, and whether numbers then depend on company. */
  public boolean equalLengths() {
    return padded > TOLERANCE && (equal <= TOLERANCE || equal < MUCH * padded);
  }

  /**
   * Tries examples.
   *
   * @param stages with every exit that may be chosen
   * @param rules of texts; its batches are not looked at
   * @param examples texts, of which a few of all lengths are taken
   * @throws IllegalStateException if the network can't be run
   */
  public static PaddingCheck of(
      Backbone backbone, Stages stages, TextRules rules, List<Example> examples) {
    List<long[]> texts = sample(backbone, rules, examples);
    int exits = stages.exits().size();
    try (OrtSession session = Sessions.open("the features graph", stages.features())) {
      PaddingRun run = new PaddingRun(session, rules, exits);
      List<List<long[]>> batches = batches(texts);
      double padded = run.difference(batches, rules.maxTokens());
      boolean hidden = padded <= TOLERANCE;
      double equal =
          hidden ? 0 : run.difference(batches.stream().map(PaddingCheck::cut).toList(), 0);
      return new PaddingCheck(padded, equal);
    } catch (OrtException e) {
      throw new IllegalStateException(
          "%s can't be run: %s".formatted(stages.cuts().graph().name(), e.getMessage()), e);
    }
  }

  /** Token ids of some texts, spread over the lengths, shortest first. */
  private static List<long[]> sample(Backbone backbone, TextRules rules, List<Example> examples) {
    int stride = Math.max(1, examples.size() / (TEXTS * ROWS));
    List<String> some =
        IntStream.range(0, examples.size())
            .filter(i -> i % stride == 0)
            .limit((long) TEXTS * ROWS)
            .mapToObj(i -> examples.get(i).text())
            .toList();
    List<long[]> byLength =
        Tokens.of(backbone.tokenizer(), rules.maxTokens(), some).stream()
            .filter(ids -> ids.length > 0)
            .sorted(Comparator.comparingInt(ids -> ids.length))
            .toList();
    int taken = Math.min(TEXTS, byLength.size());
    return IntStream.range(0, taken)
        .mapToObj(i -> byLength.get(i * byLength.size() / taken))
        .toList();
  }

  /** Batches that each have short and long texts, and differ in size. */
  private static List<List<long[]>> batches(List<long[]> texts) {
    int count = Math.max(1, texts.size() / ROWS);
    List<List<long[]>> batches = new ArrayList<>();
    for (int b = 0; b < count; b++) {
      int first = b;
      batches.add(
          IntStream.range(0, texts.size())
              .filter(i -> i % count == first)
              .mapToObj(texts::get)
              .toList());
    }
    return batches;
  }

  /** The texts of a batch, all as long as the shortest. */
  private static List<long[]> cut(List<long[]> batch) {
    int shortest = batch.stream().mapToInt(ids -> ids.length).min().orElseThrow();
    return batch.stream().map(ids -> Arrays.copyOf(ids, shortest)).toList();
  }
}
