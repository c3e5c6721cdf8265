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
 * @param foresight for each exit but the last, what gates foresee there; null: no gate does
 * @param levels confidence levels, ascending, each in (0, 1), that prediction sets are calibrated
 *     for
 * @param points operating points, in order of expected cost
 * @param defaultPoint name of the point to run at unless another is asked for
 * @param batchInvariant whether an event's logits don't depend on what shares its batch, as
 *     measured when the bundle was learned, in batches as the input allows them; false for
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
    @JsonInclude(JsonInclude.Include.NON_NULL) List<Foresight> foresight,
    List<Double> levels,
    List<OperatingPoint> points,
    String defaultPoint,
    boolean batchInvariant,
    Provenance provenance) {

  /** The newest format there is, and the only one that is read. */
  public static final int FORMAT_VERSION = 2;

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
   * @param padId token id that shorter texts of a batch are padded with; absent: 0
   * @param equalLengths whether a batch may only hold texts of equal length, without padding,
   *     because the network's numbers for a text depend on the padding behind it; absent: false
   * @param tokenIds rows of the network's embedding table, where the tokenizer has ids beyond it: a
   *     text with a token id of this or more is rejected; absent: 0, the network has them all
   */
  public record TextInput(
      String tokenizer,
      String sha256,
      int maxTokens,
      @JsonInclude(JsonInclude.Include.NON_DEFAULT) Integer padId,
      @JsonInclude(JsonInclude.Include.NON_DEFAULT) Boolean equalLengths,
      @JsonInclude(JsonInclude.Include.NON_DEFAULT) Integer tokenIds)
      implements Input {

    /** Fills in what older manifests don't have, which is not written either: ids stay the same. */
    public TextInput {
      padId = padId == null ? 0 : padId;
      equalLengths = equalLengths == null ? false : equalLengths;
      tokenIds = tokenIds == null ? 0 : tokenIds;
    }

    /** Padded with token 0, in batches of any lengths, for a network with embeddings of all ids. */
    public TextInput(String tokenizer, String sha256, int maxTokens) {
      this(tokenizer, sha256, maxTokens, 0, false, 0);
    }

    /** The same, in batches of texts of equal length. */
    public TextInput withEqualLengths() {
      return new TextInput(tokenizer, sha256, maxTokens, padId, true, tokenIds);
    }
  }

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
   * @param calibration what makes its probabilities and prediction sets hold
   */
  public record OperatingPoint(
      String name,
      Double lambda,
      Rule rule,
      List<Gate> gates,
      Expected expected,
      Calibration calibration) {}

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
   * Calibration of a point, from held-out examples that nothing was learned or chosen on. Each
   * threshold is split conformal: with n examples, the ceil((n + 1) level)-th smallest of their
   * scores, or null where that passes n.
   *
   * <p>So a new event's score is at most the threshold with probability level or more, on average
   * over events and calibration sets, if the event is exchangeable with the examples: drawn from
   * the same source, and (for groups) by the same gates. It isn't promised for each event, nor
   * where data drift.
   *
   * @param exits one for each exit
   * @param byLabel for class-conditional sets, [levels][labels], the threshold on 1 - p, from all
   *     examples of a label at the exits their gates let them go; null: the label is in every set
   * @param outOfScope for each level, the threshold on entropy over ln(labels), from all examples
   *     at the exits their gates let them go, which are all in scope; null: nothing is flagged
   * @param raps of RAPS scores at this point
   */
  public record Calibration(
      List<ExitCalibration> exits,
      List<List<Double>> byLabel,
      List<Double> outOfScope,
      Raps raps) {}

  /**
   * The two numbers that keep RAPS sets small (Angelopoulos, Bates, Malik, Jordan, ICLR 2021, arXiv
   * 2009.14193). The paper's score is the probability of all labels above this one, plus u times
   * its own, plus penalty x max(0, rank - free), with u drawn anew for each label so that coverage
   * is exact. Here u is 0, since a record must not depend on chance: the most probable label then
   * always scores 0 and is in, and sets over-cover, the more so the more often that label alone is
   * right.
   *
   * @param penalty for each rank past the free ones, 0 or more
   * @param free how many of the most probable labels have no penalty, 1 or more
   */
  public record Raps(double penalty, int free) {
    /**
     * The score of a label.
     *
     * @param rank by falling probability, from 0
     * @param above the sum of the probabilities of all labels before that rank
     */
    public double score(int rank, double above) {
      return above + penalty * Math.max(0, rank + 1 - free);
    }
  }

  /**
   * Calibration of one exit at one point.
   *
   * @param gate for events that the gate let go (or that reached the last exit)
   * @param forced for events that the deadline forced out here; at the last exit, where nothing is
   *     forced, the same
   */
  public record ExitCalibration(Group gate, Group forced) {}

  /**
   * A calibration group: held-out examples that left alike. Exits where few leave share one with
   * their neighbours.
   *
   * @param id unique within the point
   * @param temperature divides the stacked scores before the softmax, for the probabilities and
   *     entropies that a record tells; above 0. Sets are made of those at temperature 1
   * @param examples how many there were
   * @param thresholds for each of the manifest's levels, of LAC sets, on 1 - p; null where the
   *     examples are too few for the level: then the set is every label
   * @param rapsThresholds the same for RAPS sets, on {@link Raps#score}
   */
  public record Group(
      String id,
      double temperature,
      int examples,
      List<Double> thresholds,
      List<Double> rapsThresholds) {}

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
   * An operating point.
   *
   * @param name of the point; null: the default one
   * @throws IllegalArgumentException no point has this name; the message names all points
   */
  public OperatingPoint pointOrDefault(String name) {
    return point(name == null ? defaultPoint : name);
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
