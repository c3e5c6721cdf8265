package dev.offramp.runtime;

import dev.offramp.schemas.Event;
import dev.offramp.schemas.Prediction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Classifies without a stream: a bundle in any JVM program.
 *
 * <pre>{@code
 * try (var classifier = Classifier.open(Path.of("bundle"))) {
 *   for (Prediction p : classifier.classify(List.of("book a table for two", "where is my card"))) {
 *     System.out.println(p.getLabel() + " " + p.getProbability());
 *   }
 * }
 * }</pre>
 *
 * <p>One thread at a time; several classifiers of one bundle share its sessions.
 */
public final class Classifier implements AutoCloseable {
  private final Intake intake;
  private final Engine engine;
  private final Ticker ticker;

  /** A place among the predictions of one call. */
  private record Place(Prediction[] among, int index) {}

  /** The first event of the call at hand that the network failed on; null: none. */
  private InferenceException failure;

  private Classifier(Bundle bundle, Device device, ServingOptions options, Ticker ticker) {
    this.ticker = ticker;
    Spares spares = new Spares(bundle.manifest());
    this.intake = new Intake(bundle, options.budgetMicros(), spares);
    int exits = bundle.manifest().exits();
    try {
      this.engine = new Engine(bundle, 0, exits, device, options, ticker, this::keep, spares);
    } catch (RuntimeException e) {
      intake.close();
      throw e;
    }
  }

  /**
   * Opens a bundle on the CPU, at its default point.
   *
   * @throws BundleException names the file, the rule it breaks and what to do
   */
  public static Classifier open(Path folder) {
    return open(Bundle.open(folder), Device.CPU, ServingOptions.DEFAULT);
  }

  /** Serves a bundle on a device. */
  public static Classifier open(Bundle bundle, Device device, ServingOptions options) {
    return new Classifier(bundle, device, options, Ticker.system());
  }

  /**
   * Classifies texts; in what batches is the classifier's matter.
   *
   * @return a prediction for each text, in their order; event ids are the positions
   * @throws IllegalArgumentException a text is empty or no Unicode; names its position
   * @throws InferenceException the network fails on a text; names its position
   */
  public List<Prediction> classify(List<String> texts) {
    List<Event> events = new ArrayList<>(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      events.add(new Event(Integer.toString(i), texts.get(i), null, null));
    }
    return classifyEvents(events);
  }

  /**
   * Classifies events.
   *
   * @return a prediction for each event, in their order
   * @throws IllegalArgumentException the bundle doesn't read one of them; names its position
   * @throws InferenceException the network fails on one of them; names its position
   */
  public List<Prediction> classifyEvents(List<Event> events) {
    long now = ticker.micros();
    Prediction[] done = new Prediction[events.size()];
    List<InFlight> accepted = new ArrayList<>(events.size());
    for (int i = 0; i < events.size(); i++) {
      try {
        accepted.add(intake.accept(events.get(i), new Place(done, i), now));
      } catch (RejectedEventException e) {
        throw new IllegalArgumentException("event %d: %s".formatted(i, e.getMessage()), e);
      }
    }
    failure = null;
    accepted.forEach(engine::admit);
    while (engine.step(false)) {
      // Each step runs a batch; the outlet keeps what leaves.
    }
    if (failure != null) {
      throw failure;
    }
    return Arrays.asList(done);
  }

  @Override
  public void close() {
    engine.close();
    intake.close();
  }

  private void keep(Outcome outcome) {
    Place place = (Place) outcome.context();
    if (outcome instanceof Outcome.Left left) {
      place.among[place.index] = left.prediction();
    } else if (outcome instanceof Outcome.Rejected rejected && failure == null) {
      failure =
          new InferenceException(
              rejected.reason(), "event %d: %s".formatted(place.index, rejected.message()), null);
    }
  }
}
