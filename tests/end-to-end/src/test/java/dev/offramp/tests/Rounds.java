package dev.offramp.tests;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.offramp.kit.Await;
import dev.offramp.kit.CommittedReader;
import dev.offramp.schemas.Event;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** A few events at a time that a job must predict before the next ones are sent: it runs. */
final class Rounds implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int EVENTS = 20;

  private final Topics topics;
  private final CommittedReader predictions;
  private int round;

  Rounds(Topics topics) {
    this.topics = topics;
    predictions = topics.predictions();
  }

  /** Sends the events of one more round and waits until all are predicted. */
  void next() throws Exception {
    round++;
    Set<String> awaited = new HashSet<>();
    for (int i = 0; i < EVENTS; i++) {
      String id = "event-%d-%d".formatted(round, i);
      topics.send(new Event(id, "w1 w2 w3 w5 w8", null, null));
      awaited.add(id);
    }
    topics.sent();
    Await.until(
        "the events of round %d are predicted".formatted(round),
        PATIENCE,
        () -> {
          // Those of the round before may come again: a job was cancelled, not stopped.
          predictions.poll().forEach(record -> awaited.remove(new String(record.key(), UTF_8)));
          return awaited.isEmpty();
        });
  }

  @Override
  public void close() {
    predictions.close();
  }
}
