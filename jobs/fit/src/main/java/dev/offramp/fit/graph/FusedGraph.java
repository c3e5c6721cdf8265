package dev.offramp.fit.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Writes a backbone's graph in operators that ONNX Runtime has and doesn't find by itself.
 *
 * <p>The attention of each layer becomes one {@code MultiHeadAttention}: a text alone takes 3 to 5
 * % less time, six texts 1 to 2 %, and a batch of 384 tokens as much as before; on a CPU its
 * numbers stay the same to the bit. {@code Attention}, which has the projections inside, gains as
 * much, but multiplies them event by event and head by head. The layer norm over embeddings, whose
 * positions are broadcast over the events, becomes {@code SkipLayerNormalization}, 4 times as fast:
 * half the time of a first stage of embeddings alone.
 *
 * <p>What doesn't match wholly stays. So does a dynamically quantised backbone: there attention
 * gains nothing that could be measured, and what a batch's scale makes of a norm's last bit is no
 * rounding.
 */
final class FusedGraph {
  private static final String PREFIX = "fused/";

  private final OnnxGraph graph;
  private final Nodes nodes;
  private final Shapes shapes;
  private final List<AttentionPattern> attentions;
  private final List<NormPattern> norms;

  private FusedGraph(Cuts cuts, List<AttentionPattern> attentions, List<NormPattern> norms) {
    this.graph = cuts.graph();
    this.nodes = new Nodes(graph);
    List<String> tensors =
        Stream.concat(
                attentions.stream().flatMap(a -> a.tensors().stream()),
                norms.stream().flatMap(n -> n.tensors().stream()))
            .distinct()
            .toList();
    this.shapes = new Shapes(graph, cuts.inputs(), tensors);
    Map<String, Boolean> masks = new HashMap<>();
    this.attentions =
        attentions.stream()
            .filter(a -> a.fits(shapes))
            .filter(
                a ->
                    masks.computeIfAbsent(
                        a.mask(), m -> MaskCheck.isPadding(graph, cuts.inputs(), m)))
            .toList();
    this.norms = norms.stream().filter(n -> n.broadcasts(shapes)).toList();
  }

  /**
   * The backbone in such operators; empty if nothing in it can be written otherwise.
   *
   * @throws IllegalArgumentException or {@link IllegalStateException} if the backbone can't be run
   *     or written
   */
  static Optional<OnnxGraph> of(Cuts cuts) {
    if (!cuts.inputs().text() || !cuts.graph().batchInvariant()) {
      return Optional.empty();
    }
    List<AttentionPattern> attentions = AttentionPattern.in(cuts.graph());
    List<NormPattern> norms = NormPattern.in(cuts.graph());
    if (attentions.isEmpty() && norms.isEmpty()) {
      return Optional.empty();
    }
    return new FusedGraph(cuts, attentions, norms).written();
  }

  private Optional<OnnxGraph> written() {
    if (attentions.isEmpty() && norms.isEmpty()) {
      return Optional.empty();
    }
    GraphProto.Builder own = GraphProto.newBuilder();
    GraphWriter writer = new GraphWriter(own);
    if (!attentions.isEmpty()) {
      String mask = writer.toInt32(PREFIX + "mask", NetworkInputs.MASK);
      attentions.forEach(a -> write(writer, a, mask));
    }
    norms.forEach(n -> n.write(writer, shapes));
    return Optional.of(graph.with(own.build()));
  }

  private void write(GraphWriter writer, AttentionPattern attention, String mask) {
    List<NodeProto> sums =
        Stream.of(attention.query(), attention.key(), attention.value())
            .map(t -> nodes.maker(t, "Add"))
            .toList();
    List<Nodes.Operands> operands = sums.stream().map(nodes::operands).toList();
    boolean biased =
        operands.stream().allMatch(o -> nodes.maker(o.open(), "MatMul").getInputCount() == 2);
    int width = Integer.parseInt(shapes.of(attention.query()).get(2));
    biased &= operands.stream().allMatch(o -> nodes.numbers(o.fixed()).length == width);
    String output = attention.joined();
    String bias = biased ? bias(writer, PREFIX + output + "/bias", operands, width) : "";
    writer.attention(
        output,
        biased ? operands.get(0).open() : attention.query(),
        biased ? operands.get(1).open() : attention.key(),
        biased ? operands.get(2).open() : attention.value(),
        bias,
        mask,
        attention.heads(shapes),
        attention.scale());
  }

  private String bias(GraphWriter writer, String name, List<Nodes.Operands> operands, int width) {
    float[] joined = new float[3 * width];
    for (int k = 0; k < 3; k++) {
      System.arraycopy(nodes.numbers(operands.get(k).fixed()), 0, joined, k * width, width);
    }
    return writer.weights(name, joined, joined.length);
  }
}
