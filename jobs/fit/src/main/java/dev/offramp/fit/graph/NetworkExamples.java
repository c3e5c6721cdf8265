package dev.offramp.fit.graph;

import ai.onnxruntime.OrtException;
import dev.offramp.fit.data.Backbone;
import dev.offramp.fit.data.Example;
import dev.offramp.fit.data.Tensor;
import dev.offramp.fit.data.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Examples as a network reads them, batch by batch. Immutable; any thread. */
sealed interface NetworkExamples {
  /** Rows of a batch. */
  int MOST_ROWS = 32;

  /**
   * Makes examples ready; tokenizes texts.
   *
   * @param backbone that reads them; one with a tokenizer reads texts
   * @param rules of texts
   * @throws IllegalArgumentException the tokenizer's file is none
   */
  static NetworkExamples of(Backbone backbone, TextRules rules, List<Example> examples) {
    if (backbone.tokenizer() == null) {
      return new Tensors(examples.stream().map(Example::tensor).toList());
    }
    List<String> texts = examples.stream().map(Example::text).toList();
    return new Texts(texts, Tokens.of(backbone.tokenizer(), rules.maxTokens(), texts), rules);
  }

  /** How many. */
  int size();

  /** An example for messages. */
  String named(int example);

  /** Indices of the examples of each batch, so that all of them are read the fastest. */
  List<List<Integer>> batches();

  /**
   * Indices of examples of about median size.
   *
   * @param rows how many; fewer if there aren't so many
   */
  List<Integer> typical(int rows);

  /**
   * Some of them.
   *
   * @param examples their indices, at least one
   * @param names of the network's inputs
   */
  Batch batch(List<Integer> examples, Collection<String> names) throws OrtException;

  /**
   * Tokenized texts: longest first, in batches of like length, so that next to nothing is padding,
   * or of equal length, so that nothing is.
   *
   * @param texts as they are
   * @param ids of each text
   * @param rules say the padding, and whether there may be any
   */
  record Texts(List<String> texts, List<long[]> ids, TextRules rules) implements NetworkExamples {
    /** A batch of so many tokens is past the point where a call mostly streams weights. */
    private static final int ENOUGH_TOKENS = 256;

    /** Characters of a text in a message. */
    private static final int SHOWN = 80;

    @Override
    public int size() {
      return ids.size();
    }

    @Override
    public String named(int example) {
      String text = texts.get(example);
      return "the text '%s'"
          .formatted(
              text.codePointCount(0, text.length()) > SHOWN
                  ? text.substring(0, text.offsetByCodePoints(0, SHOWN)) + "..."
                  : text);
    }

    @Override
    public List<List<Integer>> batches() {
      List<Integer> longestFirst =
          IntStream.range(0, ids.size())
              .boxed()
              .sorted(Comparator.comparingInt((Integer i) -> ids.get(i).length).reversed())
              .toList();
      List<List<Integer>> batches = new ArrayList<>();
      List<Integer> open = new ArrayList<>();
      for (int text : longestFirst) {
        int length = ids.get(text).length;
        if (rules.equalLengths() && !open.isEmpty() && length < ids.get(open.get(0)).length) {
          batches.add(open);
          open = new ArrayList<>();
        }
        open.add(text);
        int tokens = open.size() * ids.get(open.get(0)).length;
        if (open.size() == MOST_ROWS || tokens >= ENOUGH_TOKENS) {
          batches.add(open);
          open = new ArrayList<>();
        }
      }
      if (!open.isEmpty()) {
        batches.add(open);
      }
      return batches;
    }

    @Override
    public List<Integer> typical(int rows) {
      List<Integer> byLength =
          IntStream.range(0, ids.size())
              .boxed()
              .sorted(Comparator.comparingInt(i -> ids.get(i).length))
              .toList();
      int taken = Math.min(rows, byLength.size());
      int from = (byLength.size() - taken) / 2;
      return byLength.subList(from, from + taken);
    }

    @Override
    public Batch batch(List<Integer> examples, Collection<String> names) throws OrtException {
      return Batch.ofTokens(examples.stream().map(ids::get).toList(), rules.padId(), names);
    }
  }

  /**
   * Tensors, in their order.
   *
   * @param all of one shape
   */
  record Tensors(List<Tensor> all) implements NetworkExamples {
    /** A batch of large ones is small: what a network makes of them takes far more memory. */
    private static final int ENOUGH_VALUES = 1 << 20;

    /** Values of a tensor in a message. */
    private static final int SHOWN = 4;

    @Override
    public int size() {
      return all.size();
    }

    @Override
    public String named(int example) {
      float[] values = all.get(example).values();
      return "the tensor %s... of shape %s"
          .formatted(
              Arrays.toString(Arrays.copyOf(values, Math.min(SHOWN, values.length))),
              all.get(example).shape());
    }

    @Override
    public List<List<Integer>> batches() {
      int values = all.isEmpty() ? 1 : all.get(0).values().length;
      int rows = Math.max(1, Math.min(MOST_ROWS, ENOUGH_VALUES / values));
      List<List<Integer>> batches = new ArrayList<>();
      for (int from = 0; from < all.size(); from += rows) {
        batches.add(IntStream.range(from, Math.min(all.size(), from + rows)).boxed().toList());
      }
      return batches;
    }

    @Override
    public List<Integer> typical(int rows) {
      return IntStream.range(0, Math.min(rows, all.size())).boxed().toList();
    }

    @Override
    public Batch batch(List<Integer> examples, Collection<String> names) throws OrtException {
      List<Integer> shape = all.get(examples.get(0)).shape();
      List<float[]> values = examples.stream().map(i -> all.get(i).values()).toList();
      return Batch.ofTensors(names.iterator().next(), shape, values);
    }
  }
}
