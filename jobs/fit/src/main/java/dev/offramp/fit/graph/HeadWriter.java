package dev.offramp.fit.graph;

import dev.offramp.fit.learn.Head;

/** Writes a {@link Head} into a stage's graph, as its documentation says. */
final class HeadWriter {
  private final GraphWriter writer;
  private final Head head;
  private final Cut exit;

  /**
   * Prepares the writing.
   *
   * @param exit whose features the head reads
   */
  HeadWriter(GraphWriter writer, Head head, Cut exit) {
    this.writer = writer;
    this.head = head;
    this.exit = exit;
  }

  /** What the head costs for one event. */
  long multiplyAdds() {
    return (long) head.w1().length + head.w2().length;
  }

  /**
   * What a head costs for one event, before it is learned.
   *
   * @param inputs columns that it reads
   * @param hidden units of its hidden layer; 0: linear
   */
  static long multiplyAdds(int inputs, int hidden, int classes) {
    return hidden == 0 ? (long) inputs * classes : (long) hidden * (inputs + classes);
  }

  /**
   * Adds the head's nodes.
   *
   * @param k the exit
   * @param pooled name of its features, float [rows, width]
   * @param before name of the carry from the exit before; null where the head reads none
   * @param after name for the carry handed on; null where none is
   * @param logits name for the logits
   * @throws IllegalArgumentException if the head's sizes don't fit the exit
   */
  void write(int k, String pooled, String before, String after, String logits) {
    int width = exit.width();
    int hidden = head.b1().length;
    int classes = head.b2().length;
    int inputs = before == null ? width : 2 * width;
    check(k, "mean", head.mean().length, width);
    check(k, "deviation", head.deviation().length, width);
    check(k, "w1", head.w1().length, inputs * hidden);
    check(k, "w2", head.w2().length, (head.linear() ? width : hidden) * classes);
    writer.weights("exit/mean", head.mean(), width);
    writer.weights("exit/deviation", head.deviation(), width);
    writer.node("Sub", "exit/centred", pooled, "exit/mean");
    String z = writer.node("Div", "exit/z", "exit/centred", "exit/deviation");
    if (after != null && before == null) {
      writer.node("Identity", after, z);
    } else if (after != null) {
      writer.node("Add", after, before, z);
    }
    String last = head.linear() ? z : layer(before == null ? z : joined(k, z, before), inputs);
    writer.weights("exit/w2", head.w2(), head.linear() ? width : hidden, classes);
    writer.weights("exit/b2", head.b2(), classes);
    writer.node("Gemm", logits, last, "exit/w2", "exit/b2");
  }

  /** The features with the mean of those before. */
  private String joined(int k, String z, String before) {
    writer.weights("exit/exits-before", new float[] {k}, 1);
    writer.node("Div", "exit/carry-mean", before, "exit/exits-before");
    return writer.concat("exit/input", z, "exit/carry-mean");
  }

  /** The hidden layer. */
  private String layer(String input, int inputs) {
    writer.weights("exit/w1", head.w1(), inputs, head.b1().length);
    writer.weights("exit/b1", head.b1(), head.b1().length);
    writer.node("Gemm", "exit/layer", input, "exit/w1", "exit/b1");
    return writer.node("Relu", "exit/rectified", "exit/layer");
  }

  private void check(int k, String part, int length, int wanted) {
    if (length != wanted) {
      throw new IllegalArgumentException(
          "the head of exit %d (%s, %d columns) must have %d numbers in %s: it has %d"
              .formatted(k, exit.tensor(), exit.width(), wanted, part, length));
    }
  }
}
