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

  /** What a head that reads so many columns costs for one event, before it is learned. */
  static long multiplyAdds(int inputs, int hidden, int classes) {
    return (long) hidden * (inputs + classes);
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
    check(k, "w2", head.w2().length, hidden * classes);
    writer.weights("exit/mean", head.mean(), width);
    writer.weights("exit/deviation", head.deviation(), width);
    writer.node("Sub", "exit/centred", pooled, "exit/mean");
    String z = writer.node("Div", "exit/z", "exit/centred", "exit/deviation");
    String input = z;
    if (before != null) {
      writer.weights("exit/exits-before", new float[] {k}, 1);
      writer.node("Div", "exit/carry-mean", before, "exit/exits-before");
      input = writer.concat("exit/input", z, "exit/carry-mean");
    }
    if (after != null && before == null) {
      writer.node("Identity", after, z);
    } else if (after != null) {
      writer.node("Add", after, before, z);
    }
    writer.weights("exit/w1", head.w1(), inputs, hidden);
    writer.weights("exit/b1", head.b1(), hidden);
    writer.weights("exit/w2", head.w2(), hidden, classes);
    writer.weights("exit/b2", head.b2(), classes);
    writer.node("Gemm", "exit/layer", input, "exit/w1", "exit/b1");
    writer.node("Relu", "exit/rectified", "exit/layer");
    writer.node("Gemm", logits, "exit/rectified", "exit/w2", "exit/b2");
  }

  private void check(int k, String part, int length, int wanted) {
    if (length != wanted) {
      throw new IllegalArgumentException(
          "the head of exit %d (%s, %d columns) must have %d numbers in %s: it has %d"
              .formatted(k, exit.tensor(), exit.width(), wanted, part, length));
    }
  }
}
