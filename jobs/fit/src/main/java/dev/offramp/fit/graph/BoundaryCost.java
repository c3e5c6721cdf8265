package dev.offramp.fit.graph;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.offramp.fit.data.Backbone;
import dev.offramp.fit.data.Cache;
import dev.offramp.fit.data.Example;
import dev.offramp.fit.data.Hash;
import dev.offramp.fit.learn.Head;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What it costs on this machine to pass an exit: pooling, head, a call more, and what the network
 * loses by being cut there.
 *
 * <p>A few examples of median length are run through the uncut backbone and through the stages with
 * their heads, in turn, on one thread. Of each the fastest run counts, since whatever else the
 * machine does only slows one down. The difference, by exit passed, as a share of the backbone's
 * time, is kept in the cache, so that later fits on the machine decide alike, and is rounded to one
 * of {@link #STEPS}, so that fits with other caches mostly do. Where what was measured lies near
 * the middle between two steps, such fits can still choose other exits.
 */
public final class BoundaryCost {
  /** The costs that there are; the last bounds what a disturbed measurement can say. */
  static final double[] STEPS = {.001, .002, .005, .01, .02, .05};

  /** Rows of the batch that is run; a batch of survivors has about as many. */
  private static final int ROWS = 8;

  /** Enough examples for a median length. */
  private static final int SAMPLE = 512;

  private static final int FEWEST_RUNS = 5;
  private static final int MOST_RUNS = 100;
  private static final Duration ENOUGH = Duration.ofMillis(1500);

  /** Goes up when something else is measured. */
  private static final String VERSION = "boundary 2";

  private final Cache cache;
  private final InstantSource clock;

  /**
   * Measurements kept in this cache.
   *
   * @param clock tells how long runs take
   */
  public BoundaryCost(Cache cache, InstantSource clock) {
    this.cache = cache;
    this.clock = clock;
  }

  /**
   * The cost of passing an exit, as a share of the backbone's, one of {@link #STEPS}.
   *
   * @param stages two or more
   * @param heads one for each exit; how wide they are matters, not what they know
   * @param rules of texts
   * @param examples like those to come, at least one
   * @throws IllegalStateException if the stages can't be run, or the cost can't be kept
   */
  public double of(
      Backbone backbone, Stages stages, List<Head> heads, TextRules rules, List<Example> examples) {
    int stride = (examples.size() + SAMPLE - 1) / SAMPLE;
    List<Example> sample =
        IntStream.range(0, examples.size())
            .filter(i -> i % stride == 0)
            .mapToObj(examples::get)
            .toList();
    NetworkExamples ready = NetworkExamples.of(backbone, rules, sample);
    NetworkInputs inputs = stages.cuts().inputs();
    List<String> names = inputs.text() ? NetworkInputs.TEXT : inputs.names();
    try (Batch batch = ready.batch(ready.typical(ROWS), names)) {
      Path file = file(backbone, stages, heads.get(0), batch.tensors().get(names.get(0)));
      if (!Files.isRegularFile(file)) {
        keep(measured(stages, heads, batch.tensors()), file);
      }
      return rounded(kept(file));
    } catch (OrtException e) {
      throw new IllegalStateException(
          "the stages of %s can't be run: %s".formatted(backbone.name(), e.getMessage()), e);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the cost of passing an exit can't be kept in the cache %s: %s"
              .formatted(cache.folder(), e),
          e);
    }
  }

  /** Where a measurement of these stages on a batch of this shape is kept. */
  private Path file(Backbone backbone, Stages stages, Head head, OnnxTensor input) {
    Hash hash =
        new Hash()
            .add(VERSION)
            .add(OrtEnvironment.getEnvironment().getVersion())
            .add(backbone.sha256())
            .add("%d hidden, %d classes".formatted(head.b1().length, head.b2().length))
            .add(Arrays.toString(input.getInfo().getShape()));
    stages.exits().forEach(exit -> hash.add(exit.tensor()));
    return cache.folder().resolve("boundaries").resolve(hash.hex() + ".txt");
  }

  /** The nearest of {@link #STEPS} by its ratio. */
  static double rounded(double share) {
    double nearest = STEPS[0];
    for (int k = 1; k < STEPS.length; k++) {
      nearest = share > Math.sqrt(STEPS[k - 1] * STEPS[k]) ? STEPS[k] : nearest;
    }
    return nearest;
  }

  private double measured(Stages stages, List<Head> heads, Map<String, OnnxTensor> inputs)
      throws OrtException {
    List<Stage> written = stages.write(heads);
    List<byte[]> models = written.stream().map(s -> s.onnx().toByteArray()).toList();
    Cuts cuts = stages.cuts();
    try (OrtSession whole = Sessions.open(cuts.graph().name(), stages.uncut());
        StageChain chain = new StageChain(written, models)) {
      // The first run of a session makes its memory.
      whole.run(StageChain.wanted(whole, inputs)).close();
      chain.run(inputs).close();
      long wholeNanos = Long.MAX_VALUE;
      long chainNanos = Long.MAX_VALUE;
      Duration spent = Duration.ZERO;
      for (int run = 0; run < MOST_RUNS; run++) {
        Instant begun = clock.instant();
        whole.run(StageChain.wanted(whole, inputs)).close();
        Instant half = clock.instant();
        chain.run(inputs).close();
        Instant end = clock.instant();
        wholeNanos = Math.min(wholeNanos, Duration.between(begun, half).toNanos());
        chainNanos = Math.min(chainNanos, Duration.between(half, end).toNanos());
        spent = spent.plus(Duration.between(begun, end));
        if (run + 1 >= FEWEST_RUNS && spent.compareTo(ENOUGH) >= 0) {
          break;
        }
      }
      return (chainNanos - wholeNanos) / ((written.size() - 1.0) * wholeNanos);
    }
  }

  private static double kept(Path file) throws IOException {
    try {
      return Double.parseDouble(Files.readString(file));
    } catch (NumberFormatException e) {
      throw new IOException(file + " holds no number; delete it", e);
    }
  }

  private static void keep(double share, Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Path part = Files.createTempFile(file.getParent(), "part-", ".txt");
    try {
      Files.writeString(part, Double.toString(share));
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
