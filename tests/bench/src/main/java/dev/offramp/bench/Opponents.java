package dev.offramp.bench;

import dev.offramp.flink.Offramp;
import dev.offramp.flink.Received;
import dev.offramp.stream.StreamJob;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.flink.streaming.api.datastream.DataStream;

/** The opponents there are, by name. */
final class Opponents {
  /** Offramp, which the others are compared with. */
  static final String OFFRAMP = "d";

  /** The same without a broker. */
  static final String FROM_MEMORY = "d-memory";

  /** The limit: no Flink, Kafka, Avro, calibration or gates. */
  static final String BARE_LOOP = "e";

  private final Map<String, Supplier<Opponent>> known = new LinkedHashMap<>();

  /**
   * @param cores that all subtasks of a job share
   */
  Opponents(Ground ground, Feed kafka, Feed memory, int cores) {
    add(
        "a",
        "full depth, one event a call, async function",
        ground,
        kafka,
        events -> AsyncFullDepth.classify(events, ground, cores));
    add(
        "c",
        "full depth, batches by length",
        ground,
        kafka,
        events -> classify(events, ground, ground.fullPoint()));
    add(OFFRAMP, "Offramp", ground, kafka, events -> classify(events, ground, ground.point()));
    add(
        FROM_MEMORY,
        "Offramp, fed from memory",
        ground,
        memory,
        events -> classify(events, ground, ground.point()));
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

  private void add(
      String name,
      String description,
      Ground ground,
      Feed feed,
      Function<DataStream<Received>, Offramp.Results> between) {
    known.put(name, () -> new FlinkOpponent(name, description, ground, feed, between));
  }

  private static Offramp.Results classify(
      DataStream<Received> events, Ground ground, String point) {
    return StreamJob.classify(events, ground.options(point, List.of()));
  }
}
