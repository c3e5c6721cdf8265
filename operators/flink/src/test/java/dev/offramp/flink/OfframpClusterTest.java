package dev.offramp.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.runtime.ServingOptions;
import dev.offramp.runtime.SetKind;
import dev.offramp.runtime.TinyBundle;
import dev.offramp.schemas.DeadLetter;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.FailureStage;
import dev.offramp.schemas.Prediction;
import dev.offramp.schemas.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.apache.flink.util.IOUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The fluent API on a real cluster in this JVM. */
@Timeout(120)
class OfframpClusterTest {
  private static final int EVENTS = 2000;
  private static final InMemoryReporter REPORTER = InMemoryReporter.createWithRetainedMetrics();

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(2)
              .setNumberSlotsPerTaskManager(3)
              .setConfiguration(REPORTER.addToConfiguration(new Configuration()))
              .build());

  @TempDir Path folder;
  private StreamExecutionEnvironment env;

  /** What a job gave. */
  private record Run(List<Prediction> predictions, List<DeadLetter> deadLetters, JobID job) {}

  @BeforeEach
  void write() throws IOException {
    TinyBundle.writeText(folder);
    env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(2);
  }

  @Test
  void threeOperatorsInAChainGiveTheClassifiersPredictions() throws Exception {
    Run run =
        run(
            Offramp.classify(events(EVENTS), folder.toString())
                .device("cpu")
                .point("shares")
                .predictionSet(SetKind.CLASS_CONDITIONAL)
                .confidence(0.9)
                .operators(3)
                .capacity(64));
    assertThat(run.deadLetters).isEmpty();
    Events.assertSameAsClassifier(
        folder,
        new ServingOptions("shares", SetKind.CLASS_CONDITIONAL, 0.9, null, null),
        Events.some(EVENTS),
        run.predictions);
    assertCountsAddUp(run);
  }

  private static void assertCountsAddUp(Run run) {
    for (int k = 0; k < 3; k++) {
      int exit = k;
      assertThat(count(run.job, "exit." + k))
          .isEqualTo(run.predictions.stream().filter(p -> p.getExit().getIndex() == exit).count());
    }
    long behindFirst = EVENTS - count(run.job, "exit.0");
    long behindSecond = behindFirst - count(run.job, "exit.1");
    assertThat(count(run.job, "events")).isEqualTo(EVENTS + behindFirst + behindSecond);
    assertThat(count(run.job, "survivors")).isEqualTo(behindFirst + behindSecond);
    assertThat(count(run.job, "reason.FINAL")).isEqualTo(behindSecond);
    assertThat(count(run.job, "reason.GATE")).isEqualTo(EVENTS - behindSecond);
    assertThat(count(run.job, "deadLetters")).isZero();
  }

  private static long count(JobID job, String name) {
    long sum = 0;
    for (Map.Entry<MetricGroup, Map<String, Metric>> e : REPORTER.getMetricsByGroup().entrySet()) {
      String[] scope = e.getKey().getScopeComponents();
      if (scope[scope.length - 1].equals("offramp")
          && job.toString().equals(e.getKey().getAllVariables().get("<job_id>"))
          && e.getValue().get(name) instanceof Counter counter) {
        sum += counter.getCount();
      }
    }
    return sum;
  }

  @Test
  void operatorInAPlaceOfItsOwnGivesTheSame() throws Exception {
    env.setParallelism(1);
    Run run =
        run(
            Offramp.classify(events(EVENTS), folder.toString())
                .device("cpu")
                .operatorsAt(List.of(0, 1))
                .place(1, 2, "deep"));
    assertThat(run.deadLetters).isEmpty();
    Events.assertSameAsClassifier(
        folder, ServingOptions.DEFAULT, Events.some(EVENTS), run.predictions);
  }

  @Test
  void whatASourceCantReadIsAmongTheDeadLetters() throws Exception {
    DataStream<Received> received =
        env.fromSequence(0, 99)
            .map(
                i ->
                    i % 10 == 0
                        ? Received.undecodable(
                            Reason.UNDECODABLE,
                            "number " + i,
                            new Received.Origin(new byte[] {1}, null, List.of(), "t", 0, i),
                            0)
                        : Received.of(Events.at(i), 0))
            .returns(Received.class)
            .rebalance();
    Run run =
        run(
            Offramp.classifyReceived(received, "away://" + folder)
                .device("cpu")
                .budget(Duration.ofHours(1)));
    assertThat(run.deadLetters)
        .extracting(DeadLetter::getOffset)
        .containsExactlyInAnyOrder(0L, 10L, 20L, 30L, 40L, 50L, 60L, 70L, 80L, 90L);
    assertThat(run.predictions)
        .hasSize(90)
        .allSatisfy(p -> assertThat(p.getTiming().getBudgetMillis()).isEqualTo(3_600_000));
  }

  @Test
  void failureBehindACheckpointLosesAndDoublesNothing() throws Exception {
    FailsOnce.FAILED.set(false);
    Configuration restart = new Configuration();
    restart.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    restart.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);
    restart.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ZERO);
    env.configure(restart);
    env.enableCheckpointing(20);
    DataStream<Event> events =
        env.fromSource(
                new DataGeneratorSource<>(
                    i -> i, EVENTS, RateLimiterStrategy.perCheckpoint(200), Types.LONG),
                WatermarkStrategy.noWatermarks(),
                "numbers")
            .map(new FailsOnce<>())
            .returns(Types.LONG)
            .map(Events::at)
            .returns(new AvroTypeInfo<>(Event.class));
    Run run =
        run(Offramp.classify(events, folder.toString()).device("cpu").operators(2).capacity(500));
    assertThat(FailsOnce.FAILED).isTrue();
    assertThat(run.deadLetters).isEmpty();
    Events.assertSameAsClassifier(
        folder, ServingOptions.DEFAULT, Events.some(EVENTS), run.predictions);
  }

  @Test
  void brokenSessionFailsTheJobAndNamesStageAndBundle() throws Exception {
    TinyBundle.writeBroken(folder, 13);
    // Far more events than are read before it fails: a task that has asked for its next split and
    // fails before the answer comes is reported by Flink as an answer that was lost.
    DataStream<Event> events =
        env.fromSequence(0, 1_000_000)
            .map(
                i ->
                    i == 400
                        ? new Event("of 13 tokens", "w1 ".repeat(13), null, null)
                        : Events.at(i))
            .returns(new AvroTypeInfo<>(Event.class));
    Classification broken = Offramp.classify(events, folder.toString()).device("cpu");
    assertThatThrownBy(() -> run(broken))
        .hasStackTraceContaining("stage-0.onnx")
        .hasStackTraceContaining("it is the session and not the event")
        .hasStackTraceContaining(folder.toString());
    assertThat(Desk.held()).isZero();
  }

  @Test
  void badEventsAreAmongTheDeadLettersAtWhateverOperatorTheyFail() throws Exception {
    List<String> bad = List.of("poison", "poison-1", "poison-2", "boundless");
    DataStream<Event> events =
        env.fromSequence(0, EVENTS - 1)
            .map(
                i ->
                    i % 100 == 50
                        ? new Event("bad " + i, bad.get((int) (i / 100) % 4), null, null)
                        : Events.at(i))
            .returns(new AvroTypeInfo<>(Event.class));
    Run run = run(Offramp.classify(events, folder.toString()).device("cpu").operators(3));
    Events.assertSameAsClassifier(
        folder,
        ServingOptions.DEFAULT,
        Events.some(EVENTS).stream().filter(e -> !e.getId().endsWith("50")).toList(),
        run.predictions.stream().toList());
    assertThat(run.deadLetters).hasSize(20).allMatch(d -> d.getEventId().endsWith("50"));
    assertThat(run.deadLetters).extracting(DeadLetter::getStage).containsOnly(FailureStage.INFER);
    assertThat(run.deadLetters)
        .extracting(DeadLetter::getReason)
        .containsOnly(Reason.INFERENCE_FAILED, Reason.NOT_FINITE);
    assertThat(count(run.job, "deadLetters")).isEqualTo(20);
    for (int k = 0; k < 3; k++) {
      assertThat(gauges(run.job, k, "failed").stream().mapToLong(g -> g).sum())
          .as("5 events, each alone twice")
          .isGreaterThanOrEqualTo(10);
      assertThat(gauges(run.job, k, "batch.limit")).containsOnly(32L * TinyBundle.MAX_TOKENS);
    }
  }

  private static List<Long> gauges(JobID job, int stage, String name) {
    List<Long> values = new ArrayList<>();
    for (Map.Entry<MetricGroup, Map<String, Metric>> e : REPORTER.getMetricsByGroup().entrySet()) {
      Map<String, String> variables = e.getKey().getAllVariables();
      if (job.toString().equals(variables.get("<job_id>"))
          && Integer.toString(stage).equals(variables.get("<stage>"))
          && e.getValue().get(name) instanceof Gauge<?> gauge) {
        values.add((Long) gauge.getValue());
      }
    }
    return values;
  }

  @Test
  void cancelledJobEndsAndReleasesItsSessions() throws Exception {
    Offramp.Results results =
        Offramp.classify(events(Long.MAX_VALUE), folder.toString())
            .device("cpu")
            .operators(2)
            .capacity(4)
            .apply();
    CloseableIterator<Prediction> predictions = results.predictions().collectAsync();
    JobClient job = env.executeAsync();
    for (int i = 0; i < 100; i++) {
      assertThat(predictions.next()).isNotNull();
    }
    assertThat(Desk.held()).isPositive();
    predictions.close();
    assertThatThrownBy(() -> job.getJobExecutionResult().get())
        .hasStackTraceContaining("cancelled");
    assertThat(Desk.held()).isZero();
  }

  private DataStream<Event> events(long count) {
    return env.fromSequence(0, count - 1).map(Events::at).returns(new AvroTypeInfo<>(Event.class));
  }

  private Run run(Classification classification) throws Exception {
    Offramp.Results results = classification.apply();
    List<Prediction> predictions = new ArrayList<>();
    List<DeadLetter> deadLetters = new ArrayList<>();
    CloseableIterator<Prediction> left = results.predictions().collectAsync();
    CloseableIterator<DeadLetter> died = results.deadLetters().collectAsync();
    try {
      JobClient job = env.executeAsync();
      left.forEachRemaining(predictions::add);
      died.forEachRemaining(deadLetters::add);
      job.getJobExecutionResult().get();
      return new Run(predictions, deadLetters, job.getJobID());
    } finally {
      IOUtils.closeAll(left, died);
    }
  }
}
