package dev.offramp.fit.graph;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * How long a text may be that a network reads, and how large its token ids. The network is run to
 * find out, since its tables are written in too many ways to be found in the graph. One thread.
 */
public final class NetworkLimits implements AutoCloseable {
  /** Tokens of a text that is quickly run. */
  private static final int FEW = 16;

  private final String name;
  private final NetworkInputs inputs;
  private final OrtSession session;

  /** The last one. */
  private OrtException failure;

  /**
   * Opens a network.
   *
   * @param inputs of a network that reads texts
   * @throws IllegalArgumentException ONNX Runtime can't load it
   */
  public NetworkLimits(OnnxGraph graph, NetworkInputs inputs) {
    this.name = graph.name();
    this.inputs = inputs;
    this.session = Sessions.open(graph.name(), Probe.exposing(graph, List.of(graph.output())));
  }

  /**
   * The most tokens of a text.
   *
   * @param wanted more are not tried
   * @param id of all tokens; not that of padding, since positions can be counted without it
   * @return 1 or more
   * @throws IllegalArgumentException the network fails on a text of whatever length
   */
  public int tokens(int wanted, int id) {
    int most = most(wanted, tokens -> runs(tokens, id));
    if (most == 0) {
      throw new IllegalArgumentException(
          "%s fails on made-up texts of 1 to %d tokens of id %d, so it can't be served. ONNX Runtime says: %s"
              .formatted(name, wanted, id, failure.getMessage()),
          failure);
    }
    return most;
  }

  /**
   * The number of ids, from 0, that the network has embeddings for.
   *
   * @param wanted more are not tried
   * @param tokens of a text that the network takes
   * @return 1 or more
   */
  public int ids(int wanted, int tokens) {
    return most(wanted, ids -> runs(Math.min(tokens, FEW), ids - 1));
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

  private boolean runs(int tokens, int id) {
    long[] text = new long[tokens];
    Arrays.fill(text, id);
    try (Batch batch = Batch.ofTokens(List.of(text), 0, inputs.names())) {
      session.run(batch.tensors()).close();
      return true;
    } catch (OrtException e) {
      failure = e;
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
