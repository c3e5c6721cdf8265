package dev.offramp.fit.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import dev.offramp.fit.learn.Head;
import dev.offramp.runtime.Manifest.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Writes a backbone's parts between exits as models of their own, each with the head of its exit
 * inside, so that one call gives hidden state and logits.
 *
 * <p>Stage k gives {@code hidden-k} (the tensor at exit k, float [rows, tokens, width] or as it
 * is), {@code carry-k} (float [rows, width]) and {@code logits} (float [rows, classes]), and takes
 * {@code hidden-(k-1)} and {@code carry-(k-1)}; the last gives logits alone. Where exits differ in
 * width there are no carries. A graph can't read and make tensors of one name, hence the numbers.
 * Beside these it reads what it needs of the backbone's inputs. The sizes {@code rows} and {@code
 * tokens} are open. Immutable.
 *
 * <p>Shapes of the tensors between layers are written into every graph, since the backbone's own
 * says nothing of them, and ONNX Runtime fuses a layer norm with the sum before it only where it
 * knows that the operands are of one shape: 7 % of the time of an encoder that isn't cut behind its
 * embeddings.
 */
public final class Stages {
  private static final String LOGITS = "logits";
  private static final long OLDEST_OPSET = 9;

  private final Cuts cuts;
  private final List<Cut> exits;
  private final boolean joined;
  private final OnnxGraph source;

  /**
   * Prepares the cutting.
   *
   * @param cuts the backbone and where it can be cut
   * @param exits those chosen, the backbone's result last
   * @throws IllegalArgumentException if the graph is too old
   */
  public Stages(Cuts cuts, List<Cut> exits) {
    this(cuts, exits, cuts.graph());
  }

  private Stages(Cuts cuts, List<Cut> exits, OnnxGraph source) {
    this.cuts = cuts;
    this.source = source;
    this.exits = List.copyOf(exits);
    this.joined = exits.stream().mapToInt(Cut::width).distinct().count() == 1;
    if (cuts.graph().opset() < OLDEST_OPSET) {
      throw new IllegalArgumentException(
          "%s is written for version %d of the ONNX operators (opset); export it for %d or newer"
              .formatted(cuts.graph().name(), cuts.graph().opset(), OLDEST_OPSET));
    }
  }

  /** The exits, in order. */
  public List<Cut> exits() {
    return exits;
  }

  /**
   * Stages with some of these exits.
   *
   * @param chosen which, ascending, the last one among them
   */
  public Stages at(List<Integer> chosen) {
    return new Stages(cuts, chosen.stream().map(exits::get).toList(), source);
  }

  /**
   * Stages of the same exits whose nodes are those of another graph.
   *
   * @param other computes what the backbone computes, under the same names
   */
  Stages from(OnnxGraph other) {
    return new Stages(cuts, exits, other);
  }

  /** The backbone and where it can be cut. */
  public Cuts cuts() {
    return cuts;
  }

  /**
   * Cost of each exit: the share of all multiply-adds, heads included, up to and with it.
   *
   * @param hidden units of each head's hidden layer; 0: linear
   * @param classes outputs of each head
   * @return [exits], ascending, 1 at the last
   */
  public double[] costs(int hidden, int classes) {
    long[] upTo = new long[exits.size()];
    long heads = 0;
    for (int k = 0; k < upTo.length; k++) {
      int columns = hidden == 0 ? exits.get(k).width() : inputs(k);
      heads += HeadWriter.multiplyAdds(columns, hidden, classes);
      upTo[k] = exits.get(k).multiplyAddsBefore() + heads;
    }
    long all = upTo[upTo.length - 1];
    return Arrays.stream(upTo).mapToDouble(m -> m / (double) all).toArray();
  }

  /**
   * All stages.
   *
   * @param heads one for each exit
   * @throws IllegalArgumentException if there are more or fewer
   */
  public List<Stage> write(List<Head> heads) {
    if (heads.size() != exits.size()) {
      throw new IllegalArgumentException(
          "each exit needs a head: %d exits, %d heads".formatted(exits.size(), heads.size()));
    }
    List<Stage> stages = new ArrayList<>();
    for (int k = 0; k < exits.size(); k++) {
      stages.add(stage(k, heads.get(k)));
    }
    return stages;
  }

  /**
   * The whole backbone with the pooled features of each exit as outputs {@code pooled-k}, float
   * [rows, width].
   */
  public byte[] features() {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("features");
    List<String> wanted = exits.stream().map(Cut::tensor).toList();
    Part part = cuts.graph().part(Set.of(), wanted);
    part.addTo(graph, Stages::ownName);
    GraphWriter writer = new GraphWriter(graph);
    boolean masked = exits.stream().anyMatch(Cut::hasTokens);
    Pooling pooling = new Pooling(writer, masked);
    for (int k = 0; k < exits.size(); k++) {
      Cut exit = exits.get(k);
      pooling.pool(pooled(k), ownName(exit.tensor()), exit);
      writer.output(pooled(k), List.of(exit.width()));
    }
    writer.inputs(cuts.inputs(), inputs(part, masked));
    shapes(writer, part, Stages::ownName, Set.of());
    return cuts.graph().model(graph.build()).toByteArray();
  }

  /** The whole backbone without exits. */
  byte[] uncut() {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("uncut");
    Cut output = cuts.output();
    Part part = cuts.graph().part(Set.of(), List.of(output.tensor()));
    part.addTo(graph, name -> name);
    GraphWriter writer = new GraphWriter(graph);
    writer.inputs(cuts.inputs(), part.inputs());
    writer.output(output.tensor(), output.shape());
    shapes(writer, part, name -> name, Set.of(output.tensor()));
    return cuts.graph().model(graph.build()).toByteArray();
  }

  /** Name of the features of an exit in {@link #features}. */
  static String pooled(int exit) {
    return "pooled-" + exit;
  }

  private Stage stage(int k, Head head) {
    Cut exit = exits.get(k);
    boolean last = k == exits.size() - 1;
    UnaryOperator<String> names = names(k);
    GraphProto.Builder graph = GraphProto.newBuilder().setName("stage-" + k);
    Set<String> given = k == 0 ? Set.of() : Set.of(exits.get(k - 1).tensor());
    Part part = source.part(given, List.of(exit.tensor()));
    part.addTo(graph, names);

    GraphWriter writer = new GraphWriter(graph);
    List<Tensor> takes = k == 0 ? List.of() : handedOn(k - 1);
    List<Tensor> gives = last ? List.of() : handedOn(k);
    String pooled =
        new Pooling(writer, exit.hasTokens()).pool("exit/pooled", names.apply(exit.tensor()), exit);
    HeadWriter heads = new HeadWriter(writer, head, exit);
    heads.write(
        k,
        pooled,
        k == 0 || !joined ? null : carry(k - 1),
        last || !joined ? null : carry(k),
        LOGITS);

    writer.inputs(cuts.inputs(), inputs(part, exit.hasTokens()));
    takes.forEach(t -> writer.input(t.name(), t.shape()));
    gives.forEach(t -> writer.output(t.name(), t.shape()));
    shapes(writer, part, names, last ? Set.of() : Set.of(exit.tensor()));
    writer.output(LOGITS, List.of(head.b2().length));
    long before = k == 0 ? 0 : exits.get(k - 1).multiplyAddsBefore();
    return new Stage(
        source.model(graph.build()).toByteString(),
        exit.multiplyAddsBefore() - before + heads.multiplyAdds(),
        takes,
        gives,
        LOGITS,
        names.apply(exit.tensor()));
  }

  /**
   * Says the shapes of the tensors at which the backbone can be cut.
   *
   * @param part those that it makes
   * @param said outputs, whose shapes are said already
   */
  private void shapes(
      GraphWriter writer, Part part, UnaryOperator<String> names, Set<String> said) {
    Set<String> made = new LinkedHashSet<>();
    part.nodes().forEach(n -> made.addAll(OnnxGraph.outputs(n)));
    Stream.concat(cuts.candidates().stream(), Stream.of(cuts.output()))
        .filter(cut -> made.contains(cut.tensor()) && !said.contains(cut.tensor()))
        .forEach(cut -> writer.shape(names.apply(cut.tensor()), cut.shape()));
  }

  private List<Tensor> handedOn(int k) {
    Cut exit = exits.get(k);
    Tensor hidden = new Tensor(hidden(k), exit.shape());
    return joined ? List.of(hidden, new Tensor(carry(k), List.of(exit.width()))) : List.of(hidden);
  }

  /** Columns that the head of exit k reads. */
  private int inputs(int k) {
    return exits.get(k).width() * (k == 0 || !joined ? 1 : 2);
  }

  /** The graph's inputs that a part needs, and the mask if states of tokens are pooled. */
  private List<String> inputs(Part part, boolean masked) {
    Set<String> names = new LinkedHashSet<>(part.inputs());
    if (masked) {
      names.add(NetworkInputs.MASK);
    }
    return List.copyOf(names);
  }

  /** What the backbone's tensors are called in stage k. */
  private UnaryOperator<String> names(int k) {
    String taken = k == 0 ? null : exits.get(k - 1).tensor();
    String given = k == exits.size() - 1 ? null : exits.get(k).tensor();
    return name -> {
      if (name.equals(taken)) {
        return hidden(k - 1);
      }
      return name.equals(given) ? hidden(k) : ownName(name);
    };
  }

  /** Keeps the backbone's names apart from ours. */
  private static String ownName(String name) {
    boolean taken =
        name.equals(LOGITS) || name.matches("(hidden|carry|pooled)-.*") || name.startsWith("exit/");
    return taken ? "backbone/" + name : name;
  }

  private static String hidden(int k) {
    return "hidden-" + k;
  }

  private static String carry(int k) {
    return "carry-" + k;
  }
}
