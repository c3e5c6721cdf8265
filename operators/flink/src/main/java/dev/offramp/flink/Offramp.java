package dev.offramp.flink;

import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Ticker;
import dev.offramp.schemas.DeadLetter;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.Prediction;
import dev.offramp.schemas.TrustedSchemas;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * Classifies a stream of events by a bundle.
 *
 * <pre>{@code
 * Offramp.Results results =
 *     Offramp.classify(events, "/models/intents").confidence(0.95).budget(Duration.ofMillis(50)).apply();
 * results.predictions().sinkTo(predictions);
 * results.deadLetters().sinkTo(deadLetters);
 * }</pre>
 *
 * <p>Used in the client, while the job is put together. Events leave in any order, each with the
 * timestamp it came with; watermarks wait for the events before them.
 */
public final class Offramp {
  /**
   * What becomes of the events: each is in one of the two, once.
   *
   * @param predictions of all exits
   * @param deadLetters of events that can't be served
   */
  public record Results(DataStream<Prediction> predictions, DataStream<DeadLetter> deadLetters) {}

  static {
    // Events may cross the network on their way to the first operator.
    TrustedSchemas.trust();
  }

  private Offramp() {}

  /**
   * Begins to classify events.
   *
   * @param bundle its folder, as every task manager can read it: a local path, or one of a file
   *     system that Flink knows
   */
  public static Classification classify(DataStream<Event> events, String bundle) {
    return new Classification(bundle, prefix -> receive(events, prefix));
  }

  /** Begins to classify what a source hands in, with where it came from. */
  public static Classification classifyReceived(DataStream<Received> events, String bundle) {
    return new Classification(bundle, prefix -> events);
  }

  /**
   * Checks that a bundle's manifest can be read and has what is asked for, before a job is put
   * together.
   *
   * @param point name of an operating point; null: the bundle's default
   * @param level confidence level of prediction sets
   * @throws dev.offramp.runtime.BundleException the bundle can't be read or isn't sound
   * @throws IllegalArgumentException it has no such point or level; the message names those it has
   */
  public static void check(String bundle, String point, double level) {
    Manifest manifest = BundleFolder.readManifest(bundle);
    manifest.pointOrDefault(point);
    manifest.level(level);
  }

  private static DataStream<Received> receive(DataStream<Event> events, String prefix) {
    return events
        .map(event -> Received.of(event, Ticker.system().micros()))
        .returns(ReceivedSerializer.TYPE)
        .setParallelism(events.getParallelism())
        .name("receive")
        .uid(prefix + "-receive");
  }
}
