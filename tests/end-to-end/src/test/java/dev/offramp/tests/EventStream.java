package dev.offramp.tests;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.offramp.kit.Await;
import dev.offramp.kit.KafkaClients;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.RecordWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Sends the events of a script at a steady rate by a thread of its own, each once, through whatever
 * befalls the broker: it waits ten minutes for one that is away.
 */
final class EventStream implements AutoCloseable {
  private static final int TICKS_PER_SECOND = 20;
  private static final int PATIENCE_MILLIS = 600_000;

  private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1);
  private final AtomicReference<Throwable> fault = new AtomicReference<>();
  private final KafkaProducer<byte[], byte[]> producer;
  private final RecordWriter<Event> writer = new RecordWriter<>(Event.class);
  private final String topic;
  private final Script script;
  private final int perTick;
  private volatile int last = Integer.MAX_VALUE;
  private final AtomicInteger sent = new AtomicInteger();

  /** A stream that has begun. */
  EventStream(KafkaClients kafka, String topic, Script script, int perSecond) {
    this.topic = topic;
    this.script = script;
    this.perTick = perSecond / TICKS_PER_SECOND;
    producer =
        kafka.producer(
            Map.of(
                "delivery.timeout.ms",
                PATIENCE_MILLIS,
                "max.block.ms",
                PATIENCE_MILLIS,
                "request.timeout.ms",
                10_000));
    var unused =
        thread.scheduleAtFixedRate(this::tick, 0, 1000 / TICKS_PER_SECOND, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    try {
      for (int i = 0; i < perTick && sent.get() < last; i++) {
        Event event = script.event(sent.get());
        var unused =
            producer.send(
                new ProducerRecord<>(topic, event.getId().getBytes(UTF_8), writer.write(event)),
                (where, error) -> {
                  if (error != null) {
                    fault.compareAndSet(null, error);
                  }
                });
        sent.incrementAndGet();
      }
    } catch (RuntimeException e) {
      fault.compareAndSet(null, e);
    }
  }

  /** How many were sent. */
  int sent() {
    return sent.get();
  }

  /**
   * Ends the stream, at this number of events or where it is if that is further, and waits until
   * the broker has all of them.
   *
   * @return how many were sent, numbers 0 to this
   */
  int end(int atLeast) {
    last = Math.max(atLeast, sent.get());
    Await.until(
        "the stream ends", Duration.ofMinutes(10), () -> fault.get() != null || sent.get() >= last);
    thread.shutdown();
    producer.flush();
    if (fault.get() != null) {
      throw new IllegalStateException("an event could not be sent", fault.get());
    }
    return sent.get();
  }

  @Override
  public void close() {
    thread.shutdownNow();
    producer.close(Duration.ZERO);
  }
}
