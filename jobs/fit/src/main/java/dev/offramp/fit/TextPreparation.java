package dev.offramp.fit;

import dev.offramp.fit.data.Backbone;
import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.data.Example;
import dev.offramp.fit.data.TokenizerVocabulary;
import dev.offramp.fit.data.Tokens;
import dev.offramp.fit.graph.NetworkInputs;
import dev.offramp.fit.graph.NetworkLimits;
import dev.offramp.fit.graph.OnnxGraph;
import dev.offramp.fit.graph.PaddingCheck;
import dev.offramp.fit.graph.Stages;
import dev.offramp.fit.graph.TextRules;
import dev.offramp.fit.work.Progress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Sets the rules by which texts become batches, from what the network takes and the tokenizer
 * gives, before anything is learned. One thread.
 *
 * @param rules length, padding and batches
 * @param tokenIds rows of the network's embeddings, where the tokenizer has ids beyond them; else 0
 */
record TextPreparation(TextRules rules, int tokenIds) {
  /** For a network that reads tensors. */
  private static final TextPreparation NONE = new TextPreparation(TextRules.upTo(1), 0);

  private static final int NAMED = 5;

  /**
   * Compares network, tokenizer and the length that is asked for. Reads no data.
   *
   * @param asked tokens of a text at most; 0: {@link Fit.Options#DEFAULT_MAX_TOKENS}, or as many as
   *     the network takes
   * @throws IllegalArgumentException the network takes no such texts; says how many tokens it takes
   */
  static TextPreparation of(
      Backbone backbone, OnnxGraph graph, NetworkInputs inputs, int asked, Progress progress) {
    if (!inputs.text()) {
      return NONE;
    }
    int special = Tokens.special(backbone.tokenizer());
    int fewest = Math.max(Fit.Options.FEWEST_TOKENS, special + 1);
    if (asked > 0 && asked < fewest) {
      throw new IllegalArgumentException(
          "texts can't be cut off after %d tokens: the tokenizer of %s adds %d of its own to each text; ask for at least %d (--max-tokens)"
              .formatted(asked, backbone.name(), special, fewest));
    }
    TokenizerVocabulary vocabulary = TokenizerVocabulary.read(backbone.tokenizer());
    int wanted = asked > 0 ? asked : Math.max(fewest, Fit.Options.DEFAULT_MAX_TOKENS);
    try (NetworkLimits limits = new NetworkLimits(graph, inputs)) {
      int most = limits.tokens(wanted, 0);
      int ids = limits.ids(Math.max(1, vocabulary.size()), most);
      // What lies outside the table can't be looked up, not even where a mask hides it.
      int padId = vocabulary.padId() < ids ? vocabulary.padId() : 0;
      if (padId == 0 && ids > 1) {
        most = limits.tokens(most, 1);
      }
      if (most < fewest) {
        throw new IllegalArgumentException(
            "%s takes texts of at most %d tokens, %d of which the tokenizer adds itself; at least %d are needed: is this the network's tokenizer?"
                .formatted(backbone.name(), most, special, fewest));
      }
      if (most < asked) {
        throw new IllegalArgumentException(
            "%s takes texts of at most %d tokens, not %d: ask for %d or fewer, or for none, which takes as many as it can (--max-tokens)"
                .formatted(backbone.name(), most, asked, most));
      }
      if (most < wanted) {
        progress.note(
            "%s takes texts of at most %d tokens: longer ones are cut off there"
                .formatted(backbone.name(), most));
      }
      return new TextPreparation(
          new TextRules(most, padId, false), ids < vocabulary.size() ? ids : 0);
    }
  }

  /**
   * Checks that the network has embeddings for all tokens of all examples.
   *
   * @throws IllegalArgumentException names the first example and token that it has none for
   */
  void check(Backbone backbone, Dataset data, Progress progress) {
    if (tokenIds == 0) {
      return;
    }
    TokenizerVocabulary vocabulary = TokenizerVocabulary.read(backbone.tokenizer());
    Map<String, List<Example>> splits = new LinkedHashMap<>();
    splits.put("training", data.train());
    splits.put("validation", data.validation());
    splits.put("calibration", data.calibration());
    splits.put("test", data.test());
    splits.put("out-of-scope", data.outOfScope());
    splits.forEach((split, examples) -> check(backbone, data, split, examples, vocabulary));
    Map<Integer, String> outside = vocabulary.tokens().tailMap(tokenIds);
    progress.note(
        "the tokenizer of %s has %d tokens that the network has no embedding for, %s%s: no example has one, and a text that does is rejected; is this the network's tokenizer?"
            .formatted(
                backbone.name(),
                outside.size(),
                outside.keySet().stream()
                    .limit(NAMED)
                    .map(vocabulary::named)
                    .collect(Collectors.joining(", ")),
                outside.size() > NAMED ? ", ..." : ""));
  }

  private void check(
      Backbone backbone,
      Dataset data,
      String split,
      List<Example> examples,
      TokenizerVocabulary vocabulary) {
    List<String> texts = examples.stream().map(Example::text).toList();
    List<long[]> ids = Tokens.of(backbone.tokenizer(), rules.maxTokens(), texts);
    for (int i = 0; i < ids.size(); i++) {
      for (long id : ids.get(i)) {
        if (id >= tokenIds) {
          throw new IllegalArgumentException(
              "%s has embeddings for the token ids 0 to %d, but %s example %d of %s has the token %s: put the tokenizer that the network was trained with beside it, or export the network with all embeddings"
                  .formatted(
                      backbone.name(),
                      tokenIds - 1,
                      split,
                      i,
                      data.name(),
                      vocabulary.named((int) id)));
        }
      }
    }
  }

  /**
   * The rules with batches of equal length, where the network's numbers depend on padding.
   *
   * @param possible stages with every exit that may be chosen
   */
  TextRules batches(Backbone backbone, Stages possible, Dataset data, Progress progress) {
    if (!possible.cuts().inputs().text()) {
      return rules;
    }
    PaddingCheck check = PaddingCheck.of(backbone, possible, rules, data.train());
    if (check.equalLengths()) {
      progress.note(
          "%s reads padding: in batches of texts of different lengths, features differ by up to %.3g of their size from those of each text alone; batches are made of texts of equal length, which are smaller"
              .formatted(backbone.name(), check.padded()));
    }
    return rules.withEqualLengths(check.equalLengths());
  }
}
