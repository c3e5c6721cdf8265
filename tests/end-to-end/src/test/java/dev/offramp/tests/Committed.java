package dev.offramp.tests;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.offramp.kit.CommittedReader;
import dev.offramp.kit.KafkaClients;
import dev.offramp.schemas.DeadLetter;
import dev.offramp.schemas.Prediction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What a job has committed to its two topics of output, as far as it was read. */
final class Committed implements AutoCloseable {
  private final CommittedReader predictionReader;
  private final CommittedReader letterReader;
  private final List<Prediction> predictions = new ArrayList<>();
  private final List<DeadLetter> letters = new ArrayList<>();
  private Instant lastMade = Instant.EPOCH;

  Committed(KafkaClients kafka, String predictionTopic, String letterTopic) {
    predictionReader = kafka.reader(predictionTopic);
    letterReader = kafka.reader(letterTopic);
  }

  /** The predictions that were read so far. */
  List<Prediction> predictions() {
    return predictions;
  }

  /** The dead letters that were read so far. */
  List<DeadLetter> letters() {
    return letters;
  }

  /** When the youngest prediction was made. */
  Instant lastMade() {
    return lastMade;
  }

  /**
   * Reads on until a condition on what was read holds.
   *
   * @throws IllegalStateException if the time is up
   */
  void until(String what, Duration patience, BooleanSupplier condition) {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException(
            "waited %s in vain: %s; committed are %d predictions and %d dead letters"
                .formatted(patience, what, predictions.size(), letters.size()));
      }
      poll();
    }
  }

  /** Reads on for so long. */
  void during(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() - end < 0) {
      poll();
    }
  }

  /** Reads all that is committed. */
  void toEnd(Duration patience) {
    predictionReader.readToEnd(patience).forEach(r -> add(r.key(), r.value()));
    letterReader
        .readToEnd(patience)
        .forEach(r -> letters.add(AvroBytes.read(DeadLetter.class, r.value())));
  }

  private void poll() {
    predictionReader.poll().forEach(r -> add(r.key(), r.value()));
    letterReader.poll().forEach(r -> letters.add(AvroBytes.read(DeadLetter.class, r.value())));
  }

  private void add(byte[] key, byte[] value) {
    Prediction prediction = AvroBytes.read(Prediction.class, value);
    if (!new String(key, UTF_8).equals(prediction.getEventId())) {
      throw new IllegalStateException(
          "the prediction of %s has the key %s"
              .formatted(prediction.getEventId(), new String(key, UTF_8)));
    }
    predictions.add(prediction);
    Instant made = prediction.getTiming().getEmittedAt();
    if (made.isAfter(lastMade)) {
      lastMade = made;
    }
  }

  @Override
  public void close() {
    predictionReader.close();
    letterReader.close();
  }
}
