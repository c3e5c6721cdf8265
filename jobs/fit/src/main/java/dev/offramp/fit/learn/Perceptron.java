package dev.offramp.fit.learn;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.SplittableRandom;

/**
 * A head while it is learned: relu(x . w1 + b1) . w2 + b2 in PyTorch, with its gradient; without
 * hidden units it is linear, x . w2 + b2.
 *
 * <p>Only the products of matrices are PyTorch's. The gradient of so small a network is six lines,
 * and the optimiser runs over Java arrays (see {@link AdamW}) in one pass instead of a dozen: nine
 * tenths of a step's time are the five products. Everything here is single-threaded; cores are used
 * by learning several heads beside one another, which needs no waiting and makes results
 * independent of the number of cores. Owned by one thread.
 */
final class Perceptron implements AutoCloseable {
  static {
    Engine.getInstance();
    JniUtils.setNumThreads(1);
  }

  private final NDManager manager = NDManager.newBaseManager();
  private final int batch;
  private final NDArray x;
  private final NDArray target;
  private final NDArray weight;
  private final NDArray[] parameters;

  /** Inputs [batch x columns], row-major, shared with PyTorch. */
  final FloatBuffer inputs;

  /** One-hot labels [batch x classes], shared with PyTorch. */
  final FloatBuffer targets;

  /** Each row's weight in the loss [batch], shared with PyTorch; 0 for rows that are not used. */
  final FloatBuffer weights;

  /** Views of w1, b1, w2, b2 shared with PyTorch; of w2, b2 alone if linear. */
  final FloatBuffer[] values;

  /** A network whose weights are all 0; {@code hidden} of 0 makes it linear. */
  Perceptron(int batch, int columns, int hidden, int classes) {
    this.batch = batch;
    x = zeros(batch, columns);
    target = zeros(batch, classes);
    weight = zeros(batch, 1);
    inputs = view(x);
    targets = view(target);
    weights = view(weight);
    parameters =
        hidden == 0
            ? new NDArray[] {zeros(columns, classes), zeros(classes)}
            : new NDArray[] {
              zeros(columns, hidden), zeros(hidden), zeros(hidden, classes), zeros(classes)
            };
    values = new FloatBuffer[parameters.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = view(parameters[i]);
    }
  }

  /** Starts from weights even in +-1 / sqrt(inputs of the layer). */
  void initialise(SplittableRandom random) {
    for (int i = 0; i < values.length; i++) {
      double bound = 1 / Math.sqrt((double) parameters[i / 2 * 2].getShape().get(0));
      for (int k = 0; k < values[i].capacity(); k++) {
        values[i].put(k, (float) ((2 * random.nextDouble() - 1) * bound));
      }
    }
  }

  /** Starts from a learned head. */
  void load(Head head) {
    if (top() > 0) {
      values[0].put(0, head.w1());
      values[1].put(0, head.b1());
    }
    values[top()].put(0, head.w2());
    values[top() + 1].put(0, head.b2());
  }

  /** The weights as they are now, for features z-scored so. */
  Head head(float[] mean, float[] deviation) {
    float[] none = {};
    return top() == 0
        ? new Head(mean, deviation, none, none, copy(0), copy(1))
        : new Head(mean, deviation, copy(0), copy(1), copy(2), copy(3));
  }

  /** Weighted sum of the rows' cross-entropies. */
  double loss() {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray logits = logits(hidden());
      return -logits.logSoftmax(1).mul(target).mul(weight).sum().getFloat();
    }
  }

  /** Hands the gradient of {@link #loss} by each of {@link #values} to the optimisers, in order. */
  void backward(Optimiser optimiser) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray hidden = hidden();
      NDArray byLogits = logits(hidden).softmax(1).subi(target).muli(weight);
      int[] rows = {0};
      // All are computed before the first weight changes.
      NDArray[] gradients = new NDArray[parameters.length];
      if (top() > 0) {
        NDArray byHidden = byLogits.matMul(parameters[top()].transpose());
        byHidden.muli(hidden.gt(0).toType(DataType.FLOAT32, false));
        gradients[0] = x.transpose().matMul(byHidden);
        gradients[1] = byHidden.sum(rows);
      }
      gradients[top()] = hidden.transpose().matMul(byLogits);
      gradients[top() + 1] = byLogits.sum(rows);
      for (int i = 0; i < gradients.length; i++) {
        optimiser.step(i, view(gradients[i]), values[i]);
      }
    }
  }

  /** Takes in one gradient. */
  interface Optimiser {
    void step(int parameter, FloatBuffer gradient, FloatBuffer value);
  }

  /** Logits of all rows [batch x classes] into an array. */
  void forward(float[] into) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      view(logits(hidden())).get(into);
    }
  }

  int batch() {
    return batch;
  }

  int classes() {
    return values[top() + 1].capacity();
  }

  /** Where w2 stands among the parameters; 0 if there is no layer before. */
  private int top() {
    return parameters.length - 2;
  }

  /** What the last layer reads. */
  private NDArray hidden() {
    return top() == 0 ? x : Activation.relu(x.matMul(parameters[0]).addi(parameters[1]));
  }

  private NDArray logits(NDArray hidden) {
    return hidden.matMul(parameters[top()]).addi(parameters[top() + 1]);
  }

  private float[] copy(int parameter) {
    float[] copy = new float[values[parameter].capacity()];
    values[parameter].get(0, copy);
    return copy;
  }

  private NDArray zeros(long... shape) {
    return manager.zeros(new Shape(shape), DataType.FLOAT32);
  }

  private static FloatBuffer view(NDArray array) {
    return ((PtNDArray) array).toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  @Override
  public void close() {
    manager.close();
  }
}
