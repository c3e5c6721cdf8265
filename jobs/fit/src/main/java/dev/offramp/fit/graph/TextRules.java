package dev.offramp.fit.graph;

import dev.offramp.fit.data.Hash;

/**
 * How texts become a network's batches, in learning as in serving. For tensors without meaning.
 *
 * @param maxTokens texts are cut off after so many tokens, special ones included
 * @param padId token id of the padding
 * @param equalLengths whether a batch holds only texts of equal length, so that nothing is padded
 */
public record TextRules(int maxTokens, int padId, boolean equalLengths) {
  /** Texts cut off at a length, padded with token 0. */
  public static TextRules upTo(int maxTokens) {
    return new TextRules(maxTokens, 0, false);
  }

  /** Adds what differs from the usual: what was kept before these rules were is found again. */
  public void addTo(Hash hash) {
    if (padId != 0) {
      hash.add("padding " + padId);
    }
    if (equalLengths) {
      hash.add("equal lengths");
    }
  }

  /** The same with batches of equal lengths, or of any. */
  public TextRules withEqualLengths(boolean equal) {
    return new TextRules(maxTokens, padId, equal);
  }
}
