package dev.offramp.fit.learn;

/**
 * The classifier at an exit: a perceptron with one hidden layer of rectified units, on the pooled
 * hidden state joined with what earlier exits saw.
 *
 * <p>With x the pooled features of this exit, z = (x - mean) / deviation, and carry = the sum of z
 * over the k exits before: input = z at exit 0, else z followed by carry / k; logits = relu(input .
 * w1 + b1) . w2 + b2. What is carried on is carry + z. Where exits differ in width nothing can be
 * carried on, and input = z at every exit.
 *
 * <p>A head without a hidden layer is linear, and reads its own exit alone: w1 and b1 are empty,
 * and logits = z . w2 + b2.
 *
 * @param mean of the features over the training examples [width]
 * @param deviation of the features [width], above 0
 * @param w1 [inputs x hidden], row-major; inputs is width at exit 0 and where exits differ in
 *     width, else twice that; empty: linear
 * @param b1 [hidden]
 * @param w2 [hidden x classes], row-major; linear: [width x classes]
 * @param b2 [classes]
 */
public record Head(
    float[] mean, float[] deviation, float[] w1, float[] b1, float[] w2, float[] b2) {

  /** Whether it has no hidden layer. */
  public boolean linear() {
    return w1.length == 0;
  }
}
