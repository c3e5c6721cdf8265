package dev.offramp.cli;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.offramp.fit.Fit;
import dev.offramp.fit.data.Cache;
import dev.offramp.fit.data.Columns;
import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.data.Datasets;
import dev.offramp.fit.data.Example;
import dev.offramp.fit.evaluation.Evaluation;
import dev.offramp.fit.evaluation.Figures.ExitFigures;
import dev.offramp.fit.learn.Recipe;
import dev.offramp.kit.LocalFlink;
import dev.offramp.kit.LocalKafka;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.BundleException;
import dev.offramp.runtime.Device;
import dev.offramp.stream.StreamJob;
import dev.offramp.stream.StreamOptions;
import dev.offramp.stream.options.Options;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The main job, end to end, in this JVM. */
final class Demo {
  private static final String DATA = "wordnet";
  private static final long SEED = 1;

  private final Cache cache;
  private final Console console;

  Demo(Cache cache, Console console) {
    this.cache = cache;
    this.console = console;
  }

  /**
   * What came of it.
   *
   * @param sent events written to the topic
   * @param deadLettered records in the dead-letter topic
   * @param fullDepthAccuracy of the whole network on the same events
   * @param secondsToFirstPrediction from the job's start to its first prediction
   * @param tally the predictions read back from the topic
   */
  record Result(
      int sent,
      int deadLettered,
      double fullDepthAccuracy,
      double secondsToFirstPrediction,
      @JsonUnwrapped Tally.Figures tally) {
    /** Whether every event has its prediction, once. */
    @JsonIgnore
    boolean sound() {
      return sent == tally.predicted() && tally.duplicated() == 0 && deadLettered == 0;
    }
  }

  Result run(String backbone, int examples, int events, boolean fresh, List<String> overrides)
      throws Exception {
    Path work = cache.folder().resolve("demo");
    Files.createDirectories(work);
    Path folder = work.resolve("%s-%d".formatted(backbone, examples));
    Bundle bundle = bundle(folder, backbone, examples, fresh);
    Dataset data = heldOut(events);
    console.line("Starting a Kafka broker and a Flink cluster in this JVM");
    try (LocalKafka kafka = LocalKafka.start()) {
      int cores = Runtime.getRuntime().availableProcessors();
      kafka.createTopic("events", cores);
      kafka.createTopic("predictions", cores);
      kafka.createTopic("dead-letters", 1);
      Path config = Files.writeString(work.resolve("job.yaml"), job(folder, kafka));
      Options options = StreamOptions.read(config, overrides, System.getenv());
      int port = LocalFlink.freePort();
      StreamExecutionEnvironment env = LocalFlink.environment(port, work.resolve("checkpoints"));
      StreamJob.build(env, options);
      Instant begun = Instant.now();
      JobClient job = env.executeAsync("offramp demo");
      console.line(
          "The job runs: broker %s, web UI http://127.0.0.1:%d", kafka.bootstrapServers(), port);
      DemoStream live = new DemoStream(bundle, data, kafka, job, console);
      try {
        live.run();
      } finally {
        job.cancel().get();
      }
      console.line("Running the whole network over the same events, to compare");
      Evaluation offline =
          Evaluation.of(
              bundle, Device.CPU, data, null, live.tally().figures().confidenceLevel(), console);
      Result result =
          new Result(
              data.test().size(),
              live.deadLettered(),
              offline.figures().fullDepthAccuracy(),
              Duration.between(begun, live.tally().first()).toMillis() / 1000.0,
              live.tally().figures());
      summary(result, bundle, folder, config);
      return result;
    }
  }

  private Bundle bundle(Path folder, String backbone, int examples, boolean fresh) {
    if (!fresh && Files.exists(folder)) {
      try {
        Bundle cached = Bundle.open(folder);
        console.line("Bundle %s, learned before: %s", cached.manifest().id(), folder);
        return cached;
      } catch (BundleException e) {
        console.line("The cached bundle can't be used, so it is learned anew: %s", e.getMessage());
      }
    }
    console.line(
        "Learning a bundle: %s, %d definitions of WordNet (once; a minute or two)",
        backbone, examples);
    Fit.Options options =
        new Fit.Options(
            backbone,
            DATA,
            Columns.DEFAULT,
            examples,
            0,
            List.of(),
            Fit.Options.DEFAULT_MAX_TOKENS,
            Recipe.standard().withSeed(SEED));
    Fit fit = new Fit(cache, console, InstantSource.system());
    Fit.Result result = (fresh ? fit.fresh() : fit).run(options, folder);
    console.line(
        "Bundle %s: %d exits, stages equal the backbone within %.1e",
        result.manifest().id(), result.manifest().exits(), result.reproduction());
    return Bundle.open(folder);
  }

  /** Definitions that the bundle never saw: test examples, in an order of the seed's. */
  private Dataset heldOut(int events) {
    Dataset all = new Datasets(cache).load(DATA, 0, SEED);
    List<Example> test = new ArrayList<>(all.test());
    Collections.shuffle(test, new Random(SEED));
    if (events < 1 || events > test.size()) {
      throw new IllegalArgumentException(
          "--events must lie between 1 and %d, the definitions held out: %d"
              .formatted(test.size(), events));
    }
    return new Dataset(
        all.name(),
        all.labels(),
        List.of(),
        List.of(),
        List.of(),
        List.copyOf(test.subList(0, events)),
        List.of());
  }

  private static String job(Path bundle, LocalKafka kafka) {
    return """
        # Written by `offramp demo`; `offramp run --config` takes a file like this.
        bundle: %s
        source:
          topic: events
          start: earliest
        sink:
          topic: predictions
          transaction.prefix: offramp-demo
        dead.letters.topic: dead-letters
        kafka:
          bootstrap.servers: %s
        device: auto
        checkpoint.interval: 2 s
        parallelism: %d
        """
        .formatted(bundle, kafka.bootstrapServers(), Runtime.getRuntime().availableProcessors());
  }

  private void summary(Result r, Bundle bundle, Path folder, Path config) {
    Tally.Figures t = r.tally;
    console.line("");
    console.line(
        "%d events sent, %d predicted, %d twice, %d dead letters",
        r.sent, t.predicted(), t.duplicated(), r.deadLettered);
    console.line(
        "  accuracy   %.2f %%, the whole network %.2f %%",
        100 * t.accuracy(), 100 * r.fullDepthAccuracy);
    console.line(
        "  mean cost  %.3f of the network: %.1f times less", t.meanCost(), 1 / t.meanCost());
    console.line(
        "  sets       %.1f %% cover the truth (asked: %.0f %%), mean size %.2f of %d labels; ECE %.3f",
        100 * t.coverage(),
        100 * t.confidenceLevel(),
        t.meanSetSize(),
        bundle.manifest().classes(),
        t.ece());
    console.line(
        "  speed      %.0f events/s; from arrival to prediction %.0f ms (median), %.0f ms (99th percentile)",
        t.eventsPerSecond(), t.latencyMillis().p50(), t.latencyMillis().p99());
    for (ExitFigures e : t.exits()) {
      console.line("  %s", Figure.exit(e.index(), e.share(), e.accuracy()));
    }
    console.line("");
    console.line("Where to look: the bundle, ./offramp inspect %s", folder);
    console.line("               the job's options, %s", config);
    console.line("               the log, %s", System.getProperty("offramp.log", "offramp.log"));
  }
}
