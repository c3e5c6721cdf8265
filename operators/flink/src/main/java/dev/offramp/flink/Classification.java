package dev.offramp.flink;

import dev.offramp.flink.Offramp.Results;
import dev.offramp.runtime.Batching;
import dev.offramp.runtime.Device;
import dev.offramp.runtime.InFlight;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.ServingOptions;
import dev.offramp.runtime.ServingOptions.Load;
import dev.offramp.runtime.SetKind;
import dev.offramp.schemas.DeadLetter;
import dev.offramp.schemas.Prediction;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/** The options of {@link Offramp#classify}; each may be left out. Not thread-safe. */
public final class Classification {
  private static final String DEFAULT_PREFIX = "offramp";

  private record Place(int parallelism, String slotSharingGroup) {}

  private final String bundle;
  private final Function<String, DataStream<Received>> input;
  private final Map<Integer, Place> places = new TreeMap<>();
  private String device = "auto";
  private String point;
  private SetKind predictionSet = ServingOptions.DEFAULT_SET;
  private double level = ServingOptions.DEFAULT_LEVEL;
  private Duration budget;
  private Duration batchWait;
  private Batching batching = Batching.BY_COST;
  private Load load = Load.DEFAULT;
  private int capacity = StageRun.AS_BATCHES_NEED;
  private Function<Manifest, List<Integer>> division = manifest -> Division.even(1, manifest);
  private String prefix = DEFAULT_PREFIX;

  /**
   * Options for a bundle.
   *
   * @param input of the first operator, for a prefix of uids
   */
  Classification(String bundle, Function<String, DataStream<Received>> input) {
    this.bundle = Objects.requireNonNull(bundle, "bundle");
    this.input = input;
  }

  /** {@code auto} (the default), {@code cpu} or {@code cuda:N}; resolved where the task runs. */
  public Classification device(String device) {
    Device.checkName(device);
    this.device = device;
    return this;
  }

  /** Name of the operating point; else, or if null, the bundle's default. */
  public Classification point(String point) {
    this.point = point;
    return this;
  }

  /** What goes into prediction sets; else {@link SetKind#LAC}. */
  public Classification predictionSet(SetKind kind) {
    this.predictionSet = Objects.requireNonNull(kind, "predictionSet");
    return this;
  }

  /**
   * Confidence level of prediction sets and of the out-of-scope flag, one of the bundle's; else
   * 0.95.
   */
  public Classification confidence(double level) {
    this.level = level;
    return this;
  }

  /** Time an event may take from arrival to prediction; else, or if null, it may take any. */
  public Classification budget(Duration budget) {
    this.budget = budget;
    return this;
  }

  /**
   * How long an event may wait for others while there is other work; else, or if null, a quarter of
   * the budget, or 500 ms without one.
   */
  public Classification batchWait(Duration wait) {
    this.batchWait = wait;
    return this;
  }

  /** How events become batches; else {@link Batching#BY_COST}. */
  public Classification batching(Batching batching) {
    this.batching = Objects.requireNonNull(batching, "batching");
    return this;
  }

  /** How the operating point follows load to keep the budget; else {@link Load#DEFAULT}. */
  public Classification load(Load load) {
    this.load = Objects.requireNonNull(load, "load");
    return this;
  }

  /**
   * How many events an operator's subtask holds at most before it stops taking more; else as many
   * tokens as keep the batches of every stage full, 16,384 or more, in no more events than two
   * seconds are enough for, 256 or more. In any case it holds 128 MiB at most, or a sixteenth of
   * the heap if that is less, and with a budget no more than can be in time.
   */
  public Classification capacity(int events) {
    if (events < 1) {
      throw new IllegalArgumentException("capacity must be 1 or more: " + events);
    }
    this.capacity = events;
    return this;
  }

  /**
   * Divides the stages into so many operators of like length; else one serves them all. Each
   * operator's subtask computes in a thread of its own, so where several share a core their batches
   * are smaller and the threads are in each other's way: divide to place deep stages elsewhere.
   */
  public Classification operators(int operators) {
    this.division = manifest -> Division.even(operators, manifest);
    return this;
  }

  /** Begins an operator at each of these stages, which ascend from 0. */
  public Classification operatorsAt(List<Integer> firstStages) {
    List<Integer> firsts = List.copyOf(firstStages);
    this.division = manifest -> Division.at(firsts, manifest);
    return this;
  }

  /**
   * Gives an operator its own parallelism and slot sharing group, say for deep stages on other
   * machines; hidden states then cross the network. Operators behind it stay in its group unless
   * they have their own.
   *
   * @param operator its number, from 0
   */
  public Classification place(int operator, int parallelism, String slotSharingGroup) {
    if (parallelism < 1) {
      throw new IllegalArgumentException(
          "parallelism of operator %d must be 1 or more: %d".formatted(operator, parallelism));
    }
    places.put(
        operator,
        new Place(parallelism, Objects.requireNonNull(slotSharingGroup, "slotSharingGroup")));
    return this;
  }

  /**
   * What the operators' uids begin with, for jobs with several networks; else {@code offramp}.
   * Operators hold no state, so uids need not stay the same.
   */
  public Classification uidPrefix(String prefix) {
    this.prefix = Objects.requireNonNull(prefix, "prefix");
    return this;
  }

  /**
   * Reads the bundle's manifest, checks the options and adds the operators to the job.
   *
   * @throws dev.offramp.runtime.BundleException the bundle isn't sound
   * @throws IllegalArgumentException it has no such point, level or stages
   */
  public Results apply() {
    Manifest manifest = BundleFolder.readManifest(bundle);
    ServingOptions options =
        new ServingOptions(point, predictionSet, level, budget, batchWait, batching, load);
    manifest.pointOrDefault(point);
    manifest.level(level);
    List<Integer> firsts = division.apply(manifest);
    for (int operator : places.keySet()) {
      if (operator < 0 || operator >= firsts.size()) {
        throw new IllegalArgumentException(
            "there is no operator %d to be placed: they begin at stages %s"
                .formatted(operator, firsts));
      }
    }
    DataStream<Prediction> predictions = null;
    DataStream<DeadLetter> deadLetters = null;
    SingleOutputStreamOperator<InFlight> before = null;
    for (int i = 0; i < firsts.size(); i++) {
      int end = i + 1 < firsts.size() ? firsts.get(i + 1) : manifest.exits();
      StageRun run =
          new StageRun(bundle, manifest.id(), device, options, firsts.get(i), end, capacity);
      before = operator(i, run, before);
      DataStream<Prediction> left = before.getSideOutput(EarlyExitOperator.PREDICTIONS);
      DataStream<DeadLetter> died = before.getSideOutput(EarlyExitOperator.DEAD_LETTERS);
      predictions = predictions == null ? left : predictions.union(left);
      deadLetters = deadLetters == null ? died : deadLetters.union(died);
    }
    return new Results(predictions, deadLetters);
  }

  private SingleOutputStreamOperator<InFlight> operator(
      int number, StageRun run, DataStream<InFlight> before) {
    SingleOutputStreamOperator<InFlight> operator =
        before == null
            ? input
                .apply(prefix)
                .transform(
                    name(run),
                    InFlightSerializer.TYPE,
                    new EarlyExitOperatorFactory<>(run, new Entrance.Front()))
            : before.transform(
                name(run),
                InFlightSerializer.TYPE,
                new EarlyExitOperatorFactory<>(run, new Entrance.Middle()));
    operator.uid("%s-stages-%d-%d".formatted(prefix, run.first(), run.end() - 1));
    Place place = places.get(number);
    if (place != null) {
      operator.setParallelism(place.parallelism).slotSharingGroup(place.slotSharingGroup);
    }
    return operator;
  }

  private String name(StageRun run) {
    return prefix.equals(DEFAULT_PREFIX) ? run.name() : prefix + " " + run.name();
  }
}
