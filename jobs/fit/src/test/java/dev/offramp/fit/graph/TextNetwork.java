package dev.offramp.fit.graph;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.offramp.fit.data.Example;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;

/**
 * Writes small text encoders of two layers, in which each token's state is mixed with the mean of
 * all states, together with a tokenizer of words. How the mean is taken, and what else the network
 * has, is the test's choice.
 */
public final class TextNetwork {
  /** Words of the tokenizer, w0 to w59; word i is a word of label i % 3. */
  public static final int WORDS = 60;

  public static final List<String> LABELS = List.of("red", "green", "blue");

  private static final int WIDTH = 8;

  /** Rows of the table: words, [UNK], [CLS], [SEP] and [PAD]. */
  private static final int IDS = WORDS + 4;

  /** Which tokens a mean is over. */
  public enum Mean {
    /** All positions, padding too. */
    ALL,
    /** Those that {@code attention_mask} marks. */
    MASKED,
    /** Those whose id isn't that of [PAD]. */
    NOT_PAD
  }

  private final Random chance = new Random(3);
  private final GraphBuilder builder = new GraphBuilder(12);
  private final GraphWriter writer = builder.writer;
  private Mean mean = Mean.MASKED;
  private int padId;
  private int rows = IDS;
  private int positions;
  private boolean positionsOfTokens;
  private boolean sentence;
  private boolean quantised;
  private boolean typed;
  private boolean countedByProduct;

  /** How states are mixed. */
  public TextNetwork mean(Mean other) {
    mean = other;
    return this;
  }

  /** The id of [PAD] in the tokenizer; the words have the ids that are left. */
  public TextNetwork padId(int id) {
    padId = id;
    return this;
  }

  /** The rows of the table of embeddings, where they aren't as many as the tokenizer's ids. */
  public TextNetwork rows(int other) {
    rows = other;
    return this;
  }

  /** Adds embeddings of so many positions. */
  public TextNetwork positions(int most) {
    positions = most;
    return this;
  }

  /** The same, counted by the tokens that aren't [PAD], as some encoders do. */
  public TextNetwork positionsOfTokens(int most) {
    positionsOfTokens = true;
    return mean(Mean.NOT_PAD).positions(most);
  }

  /** The result is the mean of all positions, padding too, of shape [rows, width]. */
  public TextNetwork sentence() {
    sentence = true;
    return this;
  }

  /** Layers read states in int8, with a scale of the whole batch. */
  public TextNetwork quantised() {
    quantised = true;
    return this;
  }

  /** Reads {@code token_type_ids}, too. */
  public TextNetwork typed() {
    typed = true;
    return this;
  }

  /** Counts tokens by a product, once for all layers, so that two tensors cross everywhere. */
  TextNetwork countedByProduct() {
    countedByProduct = true;
    return this;
  }

  /** Writes the network and its tokenizer into a folder; gives the network's file. */
  public Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("tokenizer.json"), tokenizer(padId, ""));
    graph();
    return Files.write(folder.resolve("network.onnx"), builder.bytes());
  }

  /** The network alone. */
  OnnxGraph graph() {
    List<String> inputs = new ArrayList<>(List.of(NetworkInputs.IDS));
    if (mean == Mean.MASKED) {
      inputs.add(NetworkInputs.MASK);
    }
    if (typed) {
      inputs.add(NetworkInputs.TYPES);
    }
    writer.inputs(new NetworkInputs(true, inputs, List.of()), inputs);
    writer.weights("table", numbers(rows * WIDTH, 1), rows, WIDTH);
    String x = writer.node("Gather", "words", "table", NetworkInputs.IDS);
    if (typed) {
      writer.weights("types", numbers(2 * WIDTH, 1), 2, WIDTH);
      writer.node("Gather", "type", "types", NetworkInputs.TYPES);
      x = writer.node("Add", "typed", x, "type");
    }
    if (positions > 0) {
      x = writer.node("Add", "placed", x, position());
    }
    weights();
    for (int layer = 1; layer <= 2; layer++) {
      x = layer(x, "layer-" + layer);
    }
    if (sentence) {
      x = reduced("ReduceMean", "sentence", x, 1, 0);
      writer.output(x, List.of(WIDTH));
    } else {
      writer.output(x, List.of(-1, WIDTH));
    }
    return builder.graph();
  }

  private String layer(String x, String name) {
    String read = x;
    if (quantised) {
      builder.graph.addNode(
          NodeProto.newBuilder()
              .setOpType("DynamicQuantizeLinear")
              .addInput(x)
              .addAllOutput(List.of(name + ".int8", name + ".scale", name + ".zero")));
      read =
          writer.node(
              "DequantizeLinear",
              name + ".rounded",
              name + ".int8",
              name + ".scale",
              name + ".zero");
    }
    writer.weights(name + ".w", numbers(WIDTH * WIDTH, .6), WIDTH, WIDTH);
    String context = context(name + ".context", read);
    String both = writer.node("Add", name + ".both", read, context);
    String product = writer.node("MatMul", name + ".product", both, name + ".w");
    String bent = writer.node("Tanh", name + ".bent", product);
    return writer.node("Add", name, bent, x);
  }

  /** The mean over tokens, [rows, 1, width]. */
  private String context(String name, String x) {
    if (mean == Mean.ALL) {
      return reduced("ReduceMean", name, x, 1, 1);
    }
    String sum = writer.node("MatMul", name + ".sum", "weights.row", x);
    return writer.node("Div", name, sum, "weights.count");
  }

  /** The weights of tokens in the mean, [rows, 1, tokens], and their sum. */
  private void weights() {
    if (mean == Mean.ALL) {
      return;
    }
    String mask = NetworkInputs.MASK;
    if (mean == Mean.NOT_PAD) {
      integers("pad", padId);
      writer.node("Equal", "is-pad", NetworkInputs.IDS, "pad");
      mask = writer.node("Not", "is-token", "is-pad");
    }
    String flat = writer.toFloat("weights", mask);
    writer.reshape("weights.row", flat, 0, 1, -1);
    if (countedByProduct) {
      writer.reshape("weights.column", flat, 0, -1, 1);
      writer.node("MatMul", "weights.count", "weights.row", "weights.column");
    } else {
      reduced("ReduceSum", "weights.count", "weights.row", 2, 1);
    }
  }

  private String position() {
    integers("zero", 0);
    integers("one", 1);
    int first = positionsOfTokens ? 1 : 0;
    int places = first + positions;
    writer.weights("places", numbers(places * WIDTH, .3), places, WIDTH);
    if (positionsOfTokens) {
      writer.toInt32("is-token.number", "is-token");
      writer.node("CumSum", "count", "is-token.number", "one");
      return writer.node("Gather", "position", "places", "count");
    }
    writer.node("Shape", "shape", NetworkInputs.IDS);
    writer.node("Gather", "tokens", "shape", "one");
    writer.node("Range", "range", "zero", "tokens", "one");
    return writer.node("Gather", "position", "places", "range");
  }

  private String reduced(String operator, String output, String x, long axis, long keep) {
    builder.graph.addNode(
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(output)
            .addInput(x)
            .addOutput(output)
            .addAttribute(GraphBuilder.ints("axes", axis))
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("keepdims")
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(keep)));
    return output;
  }

  private void integers(String name, long value) {
    ByteBuffer raw = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asLongBuffer().put(value);
    builder.graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64_VALUE)
            .setRawData(ByteString.copyFrom(raw)));
  }

  private float[] numbers(int size, double deviation) {
    float[] numbers = new float[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = (float) (deviation * chance.nextGaussian());
    }
    return numbers;
  }

  /**
   * A tokenizer that puts [CLS] before and [SEP] after a text.
   *
   * @param added entries of the vocabulary beyond {@link #IDS}, like {@code , "rare": 64}
   */
  static String tokenizer(int padId, String added) {
    List<String> tokens = new ArrayList<>(List.of("[UNK]", "[CLS]", "[SEP]"));
    for (int w = 0; w < WORDS; w++) {
      tokens.add("w" + w);
    }
    tokens.add(padId, "[PAD]");
    StringBuilder vocabulary = new StringBuilder();
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.append(id == 0 ? "" : ", ").append("\"%s\": %d".formatted(tokens.get(id), id));
    }
    return """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
         "normalizer": null, "pre_tokenizer": {"type": "WhitespaceSplit"}, "decoder": null,
         "post_processor": {"type": "TemplateProcessing",
           "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}},
             {"Sequence": {"id": "A", "type_id": 0}},
             {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
           "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
           "special_tokens": {
             "[CLS]": {"id": "[CLS]", "ids": [%d], "tokens": ["[CLS]"]},
             "[SEP]": {"id": "[SEP]", "ids": [%d], "tokens": ["[SEP]"]}}},
         "model": {"type": "WordLevel", "vocab": {%s%s}, "unk_token": "[UNK]"}}
        """
        .formatted(tokens.indexOf("[CLS]"), tokens.indexOf("[SEP]"), vocabulary, added);
  }

  /** Replaces the tokenizer of a folder by one that knows more words. */
  public static void addWord(Path folder, String word, int id) throws IOException {
    Files.writeString(
        folder.resolve("tokenizer.json"), tokenizer(0, ", \"%s\": %d".formatted(word, id)), UTF_8);
  }

  /** Replaces the tokenizer of a folder by one that puts [CLS] before a text twice. */
  public static void addBeginning(Path folder) throws IOException {
    String begin = "{\"SpecialToken\": {\"id\": \"[CLS]\", \"type_id\": 0}}";
    String twice = tokenizer(0, "").replaceFirst(Pattern.quote(begin), begin + ", " + begin);
    Files.writeString(folder.resolve("tokenizer.json"), twice, UTF_8);
  }

  /** Labelled texts of 1 to so many words, two thirds of them of the label. */
  public static List<Example> examples(Random chance, int count, int mostWords) {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int label = chance.nextInt(LABELS.size());
      List<String> words = new ArrayList<>();
      for (int w = 1 + chance.nextInt(mostWords); w > 0; w--) {
        int of = chance.nextInt(3) == 0 ? chance.nextInt(LABELS.size()) : label;
        words.add("w" + (of + LABELS.size() * chance.nextInt(WORDS / LABELS.size())));
      }
      examples.add(new Example(String.join(" ", words), label));
    }
    return examples;
  }
}
