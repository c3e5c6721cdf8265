package dev.offramp.fit.graph;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * How long a text may be that a network reads, and how large its token ids. The network is run to
 * find out, since its tables are written in too many ways to be found in the graph. One thread.
 */
public final class NetworkLimits implements AutoCloseable {
  private final NetworkInputs inputs;
  private final OrtSession session;

  /**
   * Opens a network.
   *
   * @param inputs of a network that reads texts
   * @throws IllegalArgumentException ONNX Runtime can't load it
   */
  public NetworkLimits(OnnxGraph graph, NetworkInputs inputs) {
    this.inputs = inputs;
    this.session = Sessions.open(graph.name(), Probe.exposing(graph, List.of(graph.output())));
  }

  /**
   * The most tokens of a text.
   *
   * @param wanted more are not tried
   * @return 0 if the network fails on a single token
   */
  public int tokens(int wanted) {
    return most(wanted, tokens -> runs(new long[tokens]));
  }

  /**
   * The number of ids, from 0, that the network has embeddings for.
   *
   * @param wanted more are not tried
   * @return 0 if the network fails on id 0
   */
  public int ids(int wanted) {
    return most(wanted, ids -> runs(new long[] {ids - 1L}));
  }

  /** The largest number up to a bound that goes well, where all up to it do. */
  private static int most(int bound, IntPredicate goesWell) {
    if (goesWell.test(bound)) {
      return bound;
    }
    int good = 0;
    int bad = bound;
    while (bad - good > 1) {
      int middle = good + (bad - good) / 2;
      if (goesWell.test(middle)) {
        good = middle;
      } else {
        bad = middle;
      }
    }
    return good;
  }

  private boolean runs(long[] text) {
    try (Batch batch = Batch.ofTokens(List.of(text), 0, inputs.names())) {
      session.run(batch.tensors()).close();
      return true;
    } catch (OrtException e) {
      return false;
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("the session of the network can't be closed", e);
    }
  }
}
