package dev.offramp.runtime;

import dev.offramp.runtime.Manifest.Calibration;
import dev.offramp.runtime.Manifest.ExitCalibration;
import dev.offramp.runtime.Manifest.Expected;
import dev.offramp.runtime.Manifest.Group;
import dev.offramp.runtime.Manifest.Input;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.runtime.Manifest.Provenance;
import dev.offramp.runtime.Manifest.Raps;
import dev.offramp.runtime.Manifest.Rule;
import dev.offramp.runtime.Manifest.Stage;
import dev.offramp.runtime.Manifest.Tensor;
import dev.offramp.runtime.Manifest.TensorInput;
import dev.offramp.runtime.Manifest.TextInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Writes small but whole bundles for tests: three stages and four labels, with weights from a seed,
 * a hidden state and a carry like those of a learned bundle. The one that reads text knows 40
 * words, w0 to w39, and words that no batch survives: ONNX Runtime fails on {@code poison} at stage
 * 0, since its token id has no embedding, on {@code poison-1} at stage 1 and on {@code poison-2} at
 * stage 2; {@code boundless} has logits at stage 0 that are not finite, and {@code glutton} runs
 * out of memory there.
 */
public final class TinyBundle {
  public static final List<String> LABELS = List.of("north", "east", "south", "west");
  public static final int STAGES = 3;
  public static final int WORDS = 40;
  public static final int MAX_TOKENS = 16;
  private static final int WIDTH = 8;
  private static final int CLASSES = LABELS.size();

  /** The last words; those that a bad word stands for are opposite, so that no exit is sure. */
  private static final List<String> BAD =
      List.of("up-1", "down-1", "up-2", "down-2", "vast", "glutton");

  /** The first number of the embeddings of these. */
  private static final float[] SIZES = {1e6f, -1e6f, 1e4f, -1e4f, 3e38f, 0};

  /**
   * What a hidden state may have at most, by the stage that takes it; beyond it the stage fails.
   */
  private static final float[] TRIPWIRES = {0, 1e5f, 1e3f};

  private static final int ALL = 1 << 20;

  private final int room;
  private final int brokenAt;
  private final int maxTokens;

  private TinyBundle(int room, int brokenAt) {
    this(room, brokenAt, MAX_TOKENS);
  }

  private TinyBundle(int room, int brokenAt, int maxTokens) {
    this.room = room;
    this.brokenAt = brokenAt;
    this.maxTokens = maxTokens;
  }

  /** A text of one to twelve of the network's words. */
  public static String text(Random random) {
    List<String> words = new ArrayList<>();
    int count = 1 + random.nextInt(12);
    for (int i = 0; i < count; i++) {
      words.add("w" + random.nextInt(WORDS));
    }
    return String.join(" ", words);
  }

  /** A bundle that reads text. */
  public static Manifest writeText(Path folder) throws IOException {
    return new TinyBundle(ALL, -1).text(folder);
  }

  /** A bundle that reads texts of so many tokens. */
  public static Manifest writeText(Path folder, int maxTokens) throws IOException {
    return new TinyBundle(ALL, -1, maxTokens).text(folder);
  }

  /**
   * A bundle that reads text and whose stages run out of memory, in ONNX Runtime's own allocator,
   * where a batch has more padded tokens than this.
   */
  public static Manifest writeTight(Path folder, int room) throws IOException {
    return new TinyBundle(room, -1).text(folder);
  }

  /**
   * A bundle that reads text and whose stages fail on any batch padded to this length, whatever is
   * in it: sessions that break when such a batch comes.
   */
  public static Manifest writeBroken(Path folder, int length) throws IOException {
    return new TinyBundle(ALL, length).text(folder);
  }

  /** A bundle that reads the tensor {@code signal} of shape [2, 4]. */
  public static Manifest writeTensor(Path folder) throws IOException {
    Files.createDirectories(folder);
    Input input = new TensorInput("signal", List.of(2, 4));
    return new TinyBundle(ALL, -1).write(folder, input, List.of(WIDTH));
  }

  private Manifest text(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path tokenizer = Files.writeString(folder.resolve("tokenizer.json"), tokenizer());
    Input input = new TextInput("tokenizer.json", Sha256.of(tokenizer), maxTokens);
    return write(folder, input, List.of(Manifest.TOKENS, WIDTH));
  }

  private Manifest write(Path folder, Input input, List<Integer> hidden) throws IOException {
    Random random = new Random(7);
    List<Stage> stages = new ArrayList<>();
    List<Tensor> takes = List.of();
    for (int k = 0; k < STAGES; k++) {
      boolean last = k == STAGES - 1;
      List<Tensor> gives =
          last
              ? List.of()
              : List.of(
                  new Tensor("hidden-" + k, hidden), new Tensor("carry-" + k, List.of(WIDTH)));
      TinyGraph graph = new TinyGraph();
      String output = last ? "hidden-last" : "hidden-" + k;
      if (input instanceof TextInput) {
        textStage(graph, random, k, output);
      } else {
        tensorStage(graph, random, k, output);
      }
      head(graph, random, k);
      for (Tensor t : gives) {
        int[] shape = new int[t.shape().size() + 1];
        shape[0] = -1;
        for (int d = 1; d < shape.length; d++) {
          shape[d] = t.shape().get(d - 1);
        }
        graph.output(t.name(), shape);
      }
      Path file = folder.resolve("stage-" + k + ".onnx");
      graph.write(file);
      double cost = k == 0 ? 0.1 : k == 1 ? 0.5 : 1;
      stages.add(
          new Stage(
              file.getFileName().toString(), Sha256.of(file), 100, cost, takes, gives, "logits"));
      takes = gives;
    }
    return ManifestFile.write(manifest(input, stages), folder);
  }

  private void textStage(TinyGraph graph, Random random, int k, String output) {
    graph.longs("attention_mask", -1, -1);
    if (k == 0) {
      graph
          .longs("input_ids", -1, -1)
          .weights("table", embeddings(random), WORDS + 1 + BAD.size(), WIDTH)
          .node("Gather", List.of("table", "input_ids"), output);
    } else {
      graph.floats("hidden-" + (k - 1), -1, -1, WIDTH);
      mix(graph, random, k, output);
    }
    trouble(graph, k);
    // The mean over real tokens: sum(hidden * mask) / sum(mask).
    graph
        .node("Cast", List.of("attention_mask"), "mask", "to", 1)
        .node("Unsqueeze", List.of("mask"), "mask3", "axes", 2)
        .node("Mul", List.of(output, "mask3"), "masked")
        .node("ReduceSum", List.of("masked"), "sum", "axes", 1)
        .node("ReduceSum", List.of("mask3"), "count", "axes", 1)
        .node("Div", List.of("sum", "count"), "mean")
        .node("Squeeze", List.of("mean"), "squeezed", "axes", 1)
        .node("Add", List.of("squeezed", "trouble"), "pooled");
  }

  /**
   * Zero, unless the batch is such that there is none: a row of a table that has but one is asked
   * for, or a tensor of 2^48 bytes, more than a process can address.
   */
  private void trouble(TinyGraph graph, int k) {
    graph
        .node("Size", List.of("attention_mask"), "size")
        .node("Cast", List.of("size"), "padded", "to", 1)
        .weights("room", new float[] {room}, 1)
        .node("Greater", List.of("padded", "room"), "tight")
        .weights("huge", new float[] {1L << 46}, 1)
        .weights("small", new float[] {1}, 1)
        .node("Where", List.of(k == 0 ? greedy(graph) : "tight", "huge", "small"), "wanted")
        .node("Cast", List.of("wanted"), "shape", "to", 7)
        .node("ConstantOfShape", List.of("shape"), "zeros")
        .node("ReduceMax", List.of("zeros"), "zero", "keepdims", 0)
        .weights("axis", new float[] {1}, 1)
        .node("Cast", List.of("axis"), "of-length", "to", 7)
        .node("Shape", List.of("attention_mask"), "rows-and-length")
        .node("Gather", List.of("rows-and-length", "of-length"), "longs")
        .node("Cast", List.of("longs"), "length", "to", 1)
        .weights("broken-at", new float[] {brokenAt}, 1)
        .node("Equal", List.of("length", "broken-at"), "broken")
        .weights("one-row", new float[] {0}, 1);
    String row = k == 0 ? "broken" : tripped(graph, k);
    graph
        .node("Cast", List.of(row), "row", "to", 7)
        .node("Gather", List.of("one-row", "row"), "nothing")
        .node("Add", List.of("zero", "nothing"), "trouble");
  }

  /** Whether the batch is too large, or the glutton is in it. */
  private static String greedy(TinyGraph graph) {
    graph
        .node("Cast", List.of("input_ids"), "ids", "to", 1)
        .node("ReduceMax", List.of("ids"), "last", "keepdims", 0)
        .weights("glutton", new float[] {WORDS + BAD.size()}, 1)
        .node("Equal", List.of("last", "glutton"), "eats")
        .node("Or", List.of("tight", "eats"), "greedy");
    return "greedy";
  }

  /** A number that is 1 or more if the batch is broken, or beyond the stage's tripwire. */
  private static String tripped(TinyGraph graph, int k) {
    graph
        .node("Cast", List.of("broken"), "broken-float", "to", 1)
        .node("ReduceMax", List.of("hidden-" + (k - 1)), "highest", "keepdims", 0)
        .weights("tripwire", new float[] {TRIPWIRES[k]}, 1)
        .node("Div", List.of("highest", "tripwire"), "share")
        .node("Max", List.of("broken-float", "share"), "tripped");
    return "tripped";
  }

  private static float[] embeddings(Random random) {
    int known = (WORDS + 1) * WIDTH;
    float[] table = Arrays.copyOf(gaussian(random, known, 1), known + BAD.size() * WIDTH);
    for (int w = 0; w < BAD.size(); w++) {
      table[known + w * WIDTH] = SIZES[w];
    }
    return table;
  }

  private static void tensorStage(TinyGraph graph, Random random, int k, String output) {
    if (k == 0) {
      graph
          .floats("signal", -1, 2, 4)
          .node("Flatten", List.of("signal"), "flat", "axis", 1)
          .weights("table", gaussian(random, WIDTH * WIDTH, 1), WIDTH, WIDTH)
          .node("MatMul", List.of("flat", "table"), output);
    } else {
      graph.floats("hidden-" + (k - 1), -1, WIDTH);
      mix(graph, random, k, output);
    }
    graph.node("Identity", List.of(output), "pooled");
  }

  private static void mix(TinyGraph graph, Random random, int k, String output) {
    graph
        .weights("mix", gaussian(random, WIDTH * WIDTH, 1), WIDTH, WIDTH)
        .node("MatMul", List.of("hidden-" + (k - 1), "mix"), "mixed")
        .node("Tanh", List.of("mixed"), "bent")
        .node("Add", List.of("bent", "hidden-" + (k - 1)), output);
  }

  private static void head(TinyGraph graph, Random random, int k) {
    String carry = "carry-" + k;
    if (k == 0) {
      graph.node("Identity", List.of("pooled"), carry);
    } else {
      graph.floats("carry-" + (k - 1), -1, WIDTH);
      graph.node("Add", List.of("pooled", "carry-" + (k - 1)), carry);
    }
    graph
        .weights("head", gaussian(random, WIDTH * CLASSES, 1), WIDTH, CLASSES)
        .node("MatMul", List.of(carry, "head"), "logits")
        .output("logits", -1, CLASSES);
  }

  private static Manifest manifest(Input input, List<Stage> stages) {
    Gate half = new Gate.Threshold(Measure.MAX_PROBABILITY, 0.6);
    Gate sure = new Gate.Linear(Map.of(Measure.LOGIT, 2.0), -1.0);
    Expected expected = new Expected(0.8, 0.5, List.of(0.4, 0.3, 0.3));
    List<OperatingPoint> points =
        List.of(
            new OperatingPoint(
                "half", null, Rule.INDEPENDENT, List.of(half, sure), expected, calibration()),
            new OperatingPoint(
                "shares", 0.1, Rule.SHARED_UNIT, List.of(sure, sure), expected, calibration()),
            new OperatingPoint(
                "full",
                null,
                Rule.INDEPENDENT,
                List.of(new Gate.Shut(), new Gate.Shut()),
                new Expected(0.9, 1, List.of(0.0, 0.0, 1.0)),
                calibration()));
    Provenance provenance =
        new Provenance("tiny", "0", null, "none", "0", "by hand", 7, Map.of(), "2026-01-01T00:00Z");
    return new Manifest(
        Manifest.FORMAT_VERSION,
        "",
        "tiny",
        LABELS,
        input,
        stages,
        List.of(new float[] {1}, new float[] {0.25f, 1}, new float[] {0, 0.5f, 1}),
        null,
        List.of(0.9, 0.95, 0.99),
        points,
        "half",
        true,
        provenance);
  }

  private static Calibration calibration() {
    List<ExitCalibration> exits = new ArrayList<>();
    for (int k = 0; k < STAGES; k++) {
      exits.add(
          new ExitCalibration(
              new Group(
                  "e" + k, 1.2, 60, Arrays.asList(0.6, 0.8, null), Arrays.asList(0.5, 0.9, null)),
              new Group(
                  "f" + k, 1.5, 40, Arrays.asList(0.7, 0.9, null), Arrays.asList(0.6, 1.0, null))));
    }
    return new Calibration(
        exits,
        List.of(
            List.of(0.5, 0.6, 0.7, 0.8),
            Arrays.asList(0.6, 0.7, 0.8, null),
            Arrays.asList(null, null, null, null)),
        Arrays.asList(0.6, 0.8, null),
        new Raps(0.01, 2));
  }

  private static float[] gaussian(Random random, int count, double deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  private static String tokenizer() {
    StringBuilder vocabulary = new StringBuilder("\"[UNK]\": 0, \"poison\": 1000");
    for (int w = 0; w < WORDS; w++) {
      vocabulary.append(", \"w").append(w).append("\": ").append(w + 1);
    }
    for (int w = 0; w < BAD.size(); w++) {
      vocabulary.append(", \"%s\": %d".formatted(BAD.get(w), WORDS + 1 + w));
    }
    return """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
         "normalizer": {"type": "Sequence", "normalizers": [
           {"type": "Replace", "pattern": {"String": "poison-1"}, "content": "up-1 down-1"},
           {"type": "Replace", "pattern": {"String": "poison-2"}, "content": "up-2 down-2"},
           {"type": "Replace", "pattern": {"String": "boundless"}, "content": "vast vast"}]},
         "pre_tokenizer": {"type": "WhitespaceSplit"}, "post_processor": null,
         "decoder": null,
         "model": {"type": "WordLevel", "vocab": {%s}, "unk_token": "[UNK]"}}
        """
        .formatted(vocabulary);
  }
}
