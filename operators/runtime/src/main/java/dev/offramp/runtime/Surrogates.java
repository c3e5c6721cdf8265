package dev.offramp.runtime;

/** Halves of surrogate pairs, which a string can hold and no text can. Stateless; any thread. */
final class Surrogates {
  private Surrogates() {}

  /** Where the first half of a pair stands that has no other half beside it; -1: nowhere. */
  static int half(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (pair) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return i;
      }
    }
    return -1;
  }
}
