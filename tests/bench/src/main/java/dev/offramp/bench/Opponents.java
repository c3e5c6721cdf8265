package dev.offramp.bench;

import dev.offramp.flink.Offramp;
import dev.offramp.flink.Received;
import dev.offramp.runtime.Batching;
import dev.offramp.stream.StreamJob;
import dev.offramp.stream.options.Options;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.flink.streaming.api.datastream.DataStream;

/** The opponents there are, by name. */
final class Opponents {
  /** Full depth at its best. */
  static final String FAIR = "c";

  /** What full depth's speed over the cost would be; no opponent runs it. */
  static final String IDEAL = "ideal";

  /** Offramp, which the others are compared with. */
  static final String OFFRAMP = "d";

  /** The same without a broker. */
  static final String FROM_MEMORY = "d-memory";

  /** The limit: no Flink, Kafka, Avro, calibration or gates. */
  static final String BARE_LOOP = "e";

  private final Map<String, Supplier<Opponent>> known = new LinkedHashMap<>();
  private final Ground ground;

  /**
   * @param cores that all subtasks of a job share
   */
  Opponents(Ground ground, Feed kafka, Feed memory, int cores) {
    this.ground = ground;
    String full = ground.fullPoint();
    String early = ground.point();
    add(
        "a",
        "full depth, one event a call, async function",
        kafka,
        ground,
        events -> AsyncFullDepth.classify(events, ground, cores));
    add("b", "full depth, batches as events come", kafka, full, Batching.ARRIVAL_ORDER);
    add(FAIR, "full depth, batches by length", kafka, full, Batching.BY_COST);
    add(OFFRAMP, "Offramp", kafka, early, Batching.BY_COST);
    add(FROM_MEMORY, "Offramp, fed from memory", memory, early, Batching.BY_COST);
    add("d-arrival", "Offramp, batches as events come", kafka, early, Batching.ARRIVAL_ORDER);
    add(
        "d-no-regrouping",
        "Offramp, survivors not gathered again",
        kafka,
        early,
        Batching.NO_REGROUPING);
    add(
        "d-no-checkpoints",
        "Offramp, no checkpoints",
        kafka,
        ground.with("checkpoint.interval=10min"));
    add("d-operators", "Offramp, three operators", kafka, ground.with("operators.count=3"));
    add("d-subtask", "Offramp, one subtask", kafka, ground.with(1));
    known.put(BARE_LOOP, () -> new BareOpponent(ground));
  }

  /**
   * The opponents of these names, in their order.
   *
   * @throws IllegalArgumentException there is none of such a name; names those there are
   */
  List<Opponent> named(List<String> names) {
    List<Opponent> opponents = new ArrayList<>();
    for (String name : names) {
      Supplier<Opponent> opponent = known.get(name);
      if (opponent == null) {
        throw new IllegalArgumentException(
            "no opponent '%s': there are %s".formatted(name, known.keySet()));
      }
      opponents.add(opponent.get());
    }
    return opponents;
  }

  private void add(String name, String description, Feed feed, Ground other) {
    Options options = other.options(other.point(), List.of());
    add(name, description, feed, other, events -> StreamJob.classify(events, options));
  }

  private void add(String name, String description, Feed feed, String point, Batching batching) {
    add(name, description, feed, ground, events -> classify(events, point, batching));
  }

  private void add(
      String name,
      String description,
      Feed feed,
      Ground job,
      Function<DataStream<Received>, Offramp.Results> between) {
    known.put(name, () -> new FlinkOpponent(name, description, job, feed, between));
  }

  /** As the job does it, but for how events become batches, which is no option of the job. */
  private Offramp.Results classify(DataStream<Received> events, String point, Batching batching) {
    Options options = ground.options(point, List.of());
    return StreamJob.classification(events, options).batching(batching).apply();
  }
}
