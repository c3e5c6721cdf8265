package dev.offramp.bench;

import dev.offramp.flink.Offramp;
import dev.offramp.flink.Received;
import java.util.function.Function;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Where a job's events come from, and where what becomes of them goes. */
interface Feed {
  /**
   * Puts a job together.
   *
   * @param env receives it
   * @param ground its options
   * @param between what becomes of the events
   */
  void build(
      StreamExecutionEnvironment env,
      Ground ground,
      Plan plan,
      Function<DataStream<Received>, Offramp.Results> between)
      throws Exception;
}
