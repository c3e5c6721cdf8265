package dev.offramp.fit.data;

/**
 * An example as its file has it: with its label's name, and where it stands.
 *
 * @param text not blank; null: the tensor
 * @param tensor null: the text
 * @param label not blank; null: no label fits
 * @param split what it is for; null: the file doesn't say
 * @param origin the file
 * @param number of the line or record in the file, as {@code origin} counts
 */
record Row(String text, Tensor tensor, String label, Split split, Origin origin, long number) {

  /** Says where in a file a row stands. One for all rows of a file, since there can be millions. */
  @FunctionalInterface
  interface Origin {
    /** The place of the row of this number, for a person. */
    String at(long number);
  }

  /** The place, for a person. */
  String place() {
    return origin.at(number);
  }

  /**
   * The same with its label's number.
   *
   * @param label index in {@link Dataset#labels}, or {@link Example#OUT_OF_SCOPE}
   */
  Example example(int label) {
    return new Example(text, tensor, label);
  }
}
