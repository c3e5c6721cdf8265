package dev.offramp.bench;

import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.data.Example;
import dev.offramp.schemas.Event;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * The events of a benchmark: the test examples of a dataset in a random order, again and again, so
 * that all opponents get the same ones. Immutable; any thread.
 */
public final class Workload {
  private final List<String> labels;
  private final List<Example> examples;

  /**
   * The workload of a dataset's test split.
   *
   * @param data whose test examples are texts
   * @param seed of their order
   * @throws IllegalArgumentException there are none, or they aren't texts
   */
  public Workload(Dataset data, long seed) {
    if (data.test().isEmpty() || data.test().get(0).text() == null) {
      throw new IllegalArgumentException(
          "a benchmark needs texts to classify: %s has no test examples that are texts"
              .formatted(data.name()));
    }
    this.labels = data.labels();
    List<Example> shuffled = new ArrayList<>(data.test());
    Collections.shuffle(shuffled, new Random(seed));
    this.examples = List.copyOf(shuffled);
  }

  /** How many different events there are. */
  public int size() {
    return examples.size();
  }

  /**
   * The event of this number, which is its id.
   *
   * @param number from 0; those past {@link #size} repeat earlier texts
   * @param arrivedAt when its budget begins to run; null: when the job receives it
   */
  public Event event(long number, Instant arrivedAt) {
    return new Event(Long.toString(number), at(number).text(), arrivedAt, null);
  }

  /** The label of the event of this id. */
  public String truth(String id) {
    return labels.get(at(Long.parseLong(id)).label());
  }

  private Example at(long number) {
    return examples.get((int) (number % examples.size()));
  }
}
