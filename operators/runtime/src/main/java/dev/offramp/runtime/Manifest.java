package dev.offramp.runtime;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Map;

/**
 * What {@code manifest.json} says of a bundle; the written form of everything a job needs beside
 * the stages themselves. Immutable. {@link Bundle} checks it as a whole.
 *
 * @param formatVersion {@link #FORMAT_VERSION} of the writer
 * @param id hash of the content; see {@link ManifestFile#idOf}
 * @param name what a person calls it
 * @param labels the classes, in the order of the logits
 * @param input what the first stage reads
 * @param stages the backbone's parts in order; stage k ends in exit k
 * @param stacking for each exit l, the l + 1 weights of the logits of exits 0 to l, temperature
 *     included: q_l = softmax(sum_j stacking[l][j] z_j)
 * @param levels confidence levels, ascending, each in (0, 1), that prediction sets are calibrated
 *     for
 * @param points operating points, in order of expected cost
 * @param defaultPoint name of the point to run at unless another is asked for
 * @param batchInvariant whether an event's logits don't depend on what shares its batch; false for
 *     dynamically quantised backbones
 * @param provenance where it came from
 */
public record Manifest(
    int formatVersion,
    String id,
    String name,
    List<String> labels,
    Input input,
    List<Stage> stages,
    List<float[]> stacking,
    List<Double> levels,
    List<OperatingPoint> points,
    String defaultPoint,
    boolean batchInvariant,
    Provenance provenance) {

  /** The newest format there is, and the only one so far. */
  public static final int FORMAT_VERSION = 1;

  /** Name of a dimension that differs from event to event: the number of tokens. */
  public static final int TOKENS = -1;

  /** What the first stage reads. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = TextInput.class, name = "text"),
    @JsonSubTypes.Type(value = TensorInput.class, name = "tensor")
  })
  public sealed interface Input permits TextInput, TensorInput {}

  /**
   * A text, tokenized.
   *
   * @param tokenizer file name of a Hugging Face {@code tokenizer.json}
   * @param sha256 of that file, 64 hexadecimal digits
   * @param maxTokens texts are cut off after so many tokens, special ones included
   */
  public record TextInput(String tokenizer, String sha256, int maxTokens) implements Input {}

  /**
   * A float tensor.
   *
   * @param name the graph input and the name that events must give
   * @param shape of one event, without the batch
   */
  public record TensorInput(String name, List<Integer> shape) implements Input {}

  /**
   * A tensor that a stage takes or gives, for one event.
   *
   * @param name in the stage's graph; what one stage gives the next takes under the same name
   * @param shape of one event, without the batch; {@link #TOKENS} at most once, for the first
   *     dimension
   */
  public record Tensor(String name, List<Integer> shape) {}

  /**
   * A part of the backbone with the head of its exit inside. Beside what it takes from the stage
   * before, a stage's graph may take the inputs of the bundle: {@code input_ids}, {@code
   * attention_mask} and {@code token_type_ids} (int64 [rows, tokens]) or the named tensor.
   *
   * @param file its ONNX file
   * @param sha256 of the file, 64 hexadecimal digits
   * @param multiplyAdds of this stage and its head for an event of nominal length
   * @param cost share of the whole network's multiply-adds up to and with this exit; 1 at the last
   * @param takes the hidden state it takes from the stage before; empty for stage 0
   * @param gives the hidden state it hands on; empty for the last
   * @param logits name of the output float [rows, labels]
   */
  public record Stage(
      String file,
      String sha256,
      long multiplyAdds,
      double cost,
      List<Tensor> takes,
      List<Tensor> gives,
      String logits) {}

  /**
   * One trade-off between accuracy and cost. Heads and stacking are shared by all points.
   *
   * @param name unique in the bundle
   * @param lambda the price of the whole network's cost in units of accuracy that it was learned
   *     for; null for points that no lambda made (thresholds, full depth)
   * @param rule how gates' probabilities become a decision
   * @param gates one for each exit but the last
   * @param expected what held-out examples gave
   * @param calibration one for each exit
   */
  public record OperatingPoint(
      String name,
      Double lambda,
      Rule rule,
      List<Gate> gates,
      Expected expected,
      List<ExitCalibration> calibration) {}

  /** How gates' probabilities become a decision. */
  public enum Rule {
    /** Leave at the first gate of one half or more. */
    INDEPENDENT,
    /**
     * The paper's: gates share one unit in order, P_l = max(0, min(g_l, 1 - sum of earlier g));
     * leave at the first exit whose P_l / (1 - sum of earlier P) is one half or more.
     */
    SHARED_UNIT
  }

  /**
   * What held-out examples gave at an operating point.
   *
   * @param accuracy in [0, 1]
   * @param cost mean, in [0, 1]
   * @param exitShares share of events that left at each exit; they sum to 1
   */
  public record Expected(double accuracy, double cost, List<Double> exitShares) {}

  /**
   * Calibration of one exit at one point.
   *
   * @param gate for events that the gate let go (or that reached the last exit)
   * @param forced for events that the deadline forced out here
   */
  public record ExitCalibration(Group gate, Group forced) {}

  /**
   * A calibration group: held-out examples that left alike.
   *
   * @param id unique within the point
   * @param temperature divides the stacked scores before the softmax; above 0
   * @param examples how many there were
   * @param thresholds for each of the manifest's levels, the conformal threshold on 1 - p; null
   *     where the examples are too few for the level
   */
  public record Group(String id, double temperature, int examples, List<Double> thresholds) {}

  /**
   * Where a bundle came from.
   *
   * @param backbone its name
   * @param backboneSha256 of its file
   * @param backboneLicence as far as known; null: unknown
   * @param data its name
   * @param dataSha256 of the examples learned from
   * @param recipe how heads and gates were learned
   * @param seed of all chance
   * @param versions of the libraries used
   * @param createdAt when, ISO 8601; not part of the id
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Provenance(
      String backbone,
      String backboneSha256,
      String backboneLicence,
      String data,
      String dataSha256,
      String recipe,
      long seed,
      Map<String, String> versions,
      String createdAt) {}

  /** The number of exits, which is that of stages. */
  @JsonIgnore
  public int exits() {
    return stages.size();
  }

  /** The number of labels. */
  @JsonIgnore
  public int classes() {
    return labels.size();
  }

  /**
   * The point of this name.
   *
   * @throws IllegalArgumentException names the points there are
   */
  public OperatingPoint point(String wanted) {
    return points.stream()
        .filter(p -> p.name().equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no operating point '%s' in bundle %s: it has %s"
                        .formatted(
                            wanted, id, points.stream().map(OperatingPoint::name).toList())));
  }

  /**
   * The index in {@link #levels} of a confidence level.
   *
   * @throws IllegalArgumentException names the levels there are
   */
  public int level(double wanted) {
    for (int i = 0; i < levels.size(); i++) {
      if (Math.abs(levels.get(i) - wanted) < 1e-9) {
        return i;
      }
    }
    throw new IllegalArgumentException(
        "bundle %s has no prediction sets at confidence level %s: it has %s"
            .formatted(id, wanted, levels));
  }
}
