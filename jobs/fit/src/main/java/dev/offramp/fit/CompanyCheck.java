package dev.offramp.fit;

import dev.offramp.fit.data.Example;
import dev.offramp.fit.data.Tokens;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Device;
import dev.offramp.runtime.InFlight;
import dev.offramp.runtime.Intake;
import dev.offramp.runtime.Manifest.TensorInput;
import dev.offramp.runtime.Manifest.TextInput;
import dev.offramp.runtime.RejectedEventException;
import dev.offramp.runtime.Spares;
import dev.offramp.runtime.StageRunner;
import dev.offramp.schemas.Event;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Compares the logits of examples alone with those in batches with others, from a bundle's stages
 * as serving runs them. One thread.
 */
final class CompanyCheck implements AutoCloseable {
  private static final int MOST = 32;
  private static final int ROWS = 8;

  private final Bundle bundle;
  private final Spares spares;
  private final Intake intake;
  private final List<StageRunner> stages = new ArrayList<>();

  /** Examples by their number of tokens; all of one length for tensors. */
  private final Map<Integer, List<Example>> byLength = new TreeMap<>();

  /**
   * Opens a bundle on the CPU.
   *
   * @param some examples that it reads, of which a few of all lengths are run
   */
  CompanyCheck(Bundle bundle, List<Example> some) {
    this.bundle = bundle;
    this.spares = new Spares(bundle.manifest());
    this.intake = Intake.open(bundle, spares);
    try {
      for (int k = 0; k < bundle.manifest().exits(); k++) {
        stages.add(new StageRunner(bundle, k, Device.CPU));
      }
      List<Example> served = some.stream().filter(this::isServed).toList();
      List<Integer> lengths = lengths(served);
      for (int i = 0; i < lengths.size(); i++) {
        byLength.computeIfAbsent(lengths.get(i), n -> new ArrayList<>()).add(served.get(i));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private List<Integer> lengths(List<Example> some) {
    if (!(bundle.manifest().input() instanceof TextInput text)) {
      return some.stream().map(e -> 1).toList();
    }
    List<String> texts = some.stream().map(Example::text).toList();
    List<long[]> ids =
        Tokens.of(bundle.folder().resolve(text.tokenizer()), text.maxTokens(), texts);
    return ids.stream().map(i -> i.length).toList();
  }

  /** In batches of different lengths, one of them with a text as long as may be. */
  CompanyDifference mixed() {
    List<Example> sorted = byLength.values().stream().flatMap(List::stream).toList();
    int taken = Math.min(MOST, sorted.size());
    int count = Math.max(1, taken / ROWS);
    CompanyDifference difference = difference();
    for (int b = 0; b < count && taken > 0; b++) {
      int first = b;
      List<Example> batch =
          IntStream.range(0, taken)
              .filter(i -> i % count == first)
              .mapToObj(i -> sorted.get(i * sorted.size() / taken))
              .toList();
      List<Example> company = new ArrayList<>(batch);
      if (b == 0 && batch.get(0).text() != null) {
        company.add(joined(batch));
      }
      compare(company, batch.size(), difference);
    }
    return difference;
  }

  /** In batches of equal length. */
  CompanyDifference equalLengths() {
    CompanyDifference difference = difference();
    for (List<Example> same : byLength.values()) {
      List<Example> batch = same.subList(0, Math.min(ROWS, same.size()));
      compare(batch, batch.size(), difference);
    }
    return difference;
  }

  private CompanyDifference difference() {
    return new CompanyDifference(bundle.manifest().exits(), bundle.manifest().classes());
  }

  /** Compares the first so many of a batch. */
  private void compare(List<Example> batch, int compared, CompanyDifference difference) {
    List<float[]> together = logits(batch);
    for (int row = 0; row < compared; row++) {
      difference.add(logits(List.of(batch.get(row))).get(0), together.get(row));
    }
  }

  /** Of each example [exits x classes]. */
  private List<float[]> logits(List<Example> examples) {
    List<InFlight> events = examples.stream().map(this::event).toList();
    for (StageRunner stage : stages) {
      stage.run(events);
      for (int row = 0; row < events.size(); row++) {
        stage.handOn(events.get(row), row, spares);
      }
    }
    return events.stream().map(e -> e.state().logits()).toList();
  }

  /** Whether serving takes an example: a text without a token, for one, it rejects. */
  private boolean isServed(Example example) {
    try {
      accepted(example);
      return true;
    } catch (RejectedEventException e) {
      return false;
    }
  }

  private InFlight event(Example example) {
    try {
      return accepted(example);
    } catch (RejectedEventException e) {
      throw new IllegalStateException("it was served before: " + e.getMessage(), e);
    }
  }

  private InFlight accepted(Example example) throws RejectedEventException {
    Object read = example.text();
    if (bundle.manifest().input() instanceof TensorInput wanted) {
      List<Float> values = new ArrayList<>();
      for (float value : example.tensor().values()) {
        values.add(value);
      }
      read = new dev.offramp.schemas.TensorInput(wanted.name(), wanted.shape(), values);
    }
    return intake.accept(new Event("", read, null, null), null, 0);
  }

  /** A text longer than the others, cut off where texts are. */
  private static Example joined(List<Example> texts) {
    String all = texts.stream().map(Example::text).collect(Collectors.joining(" "));
    return new Example(String.join(" ", Arrays.asList(all, all, all, all)), 0);
  }

  @Override
  public void close() {
    stages.forEach(StageRunner::close);
    intake.close();
  }
}
