package dev.offramp.fit.learn;

/**
 * Examples as heads see them, with their labels.
 *
 * @param logits [examples][exits x classes]
 * @param labels [examples], each in [0, classes)
 * @param classes how many labels there are
 */
record Examples(float[][] logits, int[] labels, int classes) {
  int count() {
    return labels.length;
  }
}
