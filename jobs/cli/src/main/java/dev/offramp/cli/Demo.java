package dev.offramp.cli;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.offramp.fit.data.Cache;
import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.data.Example;
import dev.offramp.fit.evaluation.Evaluation;
import dev.offramp.fit.evaluation.Figures.ExitFigures;
import dev.offramp.kit.LocalFlink;
import dev.offramp.kit.LocalKafka;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Device;
import dev.offramp.stream.StreamJob;
import dev.offramp.stream.StreamOptions;
import dev.offramp.stream.options.Options;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The main job, end to end, in this JVM. */
final class Demo {
  private final Cache cache;
  private final Console console;
  private final DemoBundle learned;

  Demo(Cache cache, Console console) {
    this.cache = cache;
    this.console = console;
    this.learned = new DemoBundle(cache, console);
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
    Path folder = learned.folder(backbone, examples);
    Bundle bundle = learned.open(backbone, examples, fresh);
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

  /** Definitions that the bundle never saw: test examples, in an order of the seed's. */
  private Dataset heldOut(int events) {
    Dataset all = learned.definitions();
    List<Example> test = new ArrayList<>(all.test());
    Collections.shuffle(test, new Random(DemoBundle.SEED));
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
