package dev.offramp.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Classifier;
import dev.offramp.runtime.Device;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.ServingOptions;
import dev.offramp.runtime.TinyBundle;
import dev.offramp.schemas.DeadLetter;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.ExitReason;
import dev.offramp.schemas.FailureStage;
import dev.offramp.schemas.LabelProbability;
import dev.offramp.schemas.Prediction;
import dev.offramp.schemas.Reason;
import dev.offramp.schemas.SetCalibration;
import dev.offramp.schemas.TensorInput;
import dev.offramp.stream.StreamJob;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The deployable job on a real broker and a Flink cluster in this JVM. */
@Timeout(300)
class JobTest {
  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  @TempDir Path folder;
  private Manifest manifest;

  @BeforeEach
  void write() throws Exception {
    manifest = TinyBundle.writeText(folder);
  }

  private static List<Event> events(int count, long seed) {
    Random random = new Random(seed);
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(new Event("event-" + i, TinyBundle.text(random), null, null));
    }
    return events;
  }

  private static JobClient start(Topics topics, Path bundle, String... more) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(2);
    StreamJob.build(env, topics.options(bundle, more));
    return env.executeAsync("job test");
  }

  @Test
  void eventsInPredictionsOutFieldByFieldWithDeadLettersAmongThem() throws Exception {
    List<Event> events = events(500, 1);
    Instant begun = Instant.now();
    try (Topics topics = new Topics(2)) {
      for (int i = 0; i < events.size(); i++) {
        topics.send(events.get(i));
        if (i == 100) {
          topics.send("garbage", new byte[] {-1, -2, -3});
        }
        if (i == 200) {
          topics.send(new Event("blank", "  ", null, null));
        }
      }
      topics.sent();
      JobClient job = start(topics, folder, "confidence.level=0.9", "latency.budget=10 min");
      try {
        List<Prediction> predictions = topics.predictions(500);
        check(predictions, events, begun);
        checkDeadLetters(topics.deadLetters(2));
      } finally {
        job.cancel().get();
      }
    }
  }

  private void check(List<Prediction> predictions, List<Event> events, Instant begun)
      throws Exception {
    assertThat(predictions).hasSize(500);
    Map<String, Prediction> expected = new HashMap<>();
    ServingOptions options = new ServingOptions(null, 0.9, null, null);
    try (Classifier classifier = Classifier.open(Bundle.open(folder), Device.CPU, options)) {
      classifier.classifyEvents(events).forEach(p -> expected.put(p.getEventId(), p));
    }
    assertThat(predictions.stream().map(Prediction::getEventId))
        .containsExactlyInAnyOrderElementsOf(expected.keySet());
    for (Prediction p : predictions) {
      Prediction e = expected.get(p.getEventId());
      assertThat(p.getLabel()).isEqualTo(e.getLabel());
      assertThat(p.getProbability()).isCloseTo(e.getProbability(), within(1e-5));
      assertThat(p.getTopLabels()).hasSize(TinyBundle.LABELS.size());
      assertThat(sum(p)).isCloseTo(1, within(1e-5));
      assertThat(p.getUncertainty().getEntropyNats())
          .isCloseTo(e.getUncertainty().getEntropyNats(), within(1e-4));
      assertThat(p.getUncertainty().getMargin())
          .isCloseTo(e.getUncertainty().getMargin(), within(1e-4));
      assertThat(p.getUncertainty().getGateProbability() == null)
          .isEqualTo(e.getUncertainty().getGateProbability() == null);
      assertThat(p.getUncertainty().getPredictionSet())
          .isEqualTo(e.getUncertainty().getPredictionSet());
      assertThat(p.getUncertainty().getConfidenceLevel()).isEqualTo(0.9);
      assertThat(p.getUncertainty().getSetCalibration()).isEqualTo(SetCalibration.SPLIT);
      assertThat(p.getUncertainty().getOutOfScopeScore()).isBetween(0.0, 1.0);
      assertThat(p.getExit()).isEqualTo(e.getExit());
      assertThat(p.getCost()).isEqualTo(e.getCost());
      assertThat(p.getTruncated()).isFalse();
      assertThat(p.getModel()).isEqualTo(e.getModel());
      assertThat(p.getModel().getBundle()).isEqualTo(manifest.id());
      assertThat(p.getTiming().getArrivedAt()).isBetween(begun, Instant.now());
      assertThat(p.getTiming().getEmittedAt())
          .isBetween(p.getTiming().getArrivedAt(), Instant.now());
      assertThat(p.getTiming().getBudgetMillis()).isEqualTo(600_000);
      assertThat(p.getTiming().getLate()).isFalse();
    }
    assertThat(predictions.stream().map(p -> p.getExit().getReason()).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(ExitReason.GATE, ExitReason.FINAL);
  }

  private static double sum(Prediction p) {
    return p.getTopLabels().stream().mapToDouble(LabelProbability::getProbability).sum();
  }

  private static void checkDeadLetters(List<DeadLetter> letters) {
    assertThat(letters).hasSize(2);
    DeadLetter garbage =
        letters.stream().filter(d -> d.getStage() == FailureStage.DECODE).findAny().orElseThrow();
    assertThat(garbage.getReason()).isEqualTo(Reason.UNDECODABLE);
    assertThat(garbage.getValue()).isEqualTo(ByteBuffer.wrap(new byte[] {-1, -2, -3}));
    assertThat(StandardCharsets.UTF_8.decode(garbage.getKey()).toString()).isEqualTo("garbage");
    assertThat(garbage.getTopic()).isEqualTo("events");
    assertThat(garbage.getPartition()).isBetween(0, 1);
    assertThat(garbage.getOffset()).isNotNegative();
    assertThat(garbage.getEventId()).isNull();
    assertThat(garbage.getMessage()).isNotBlank();
    DeadLetter blank =
        letters.stream().filter(d -> d.getStage() == FailureStage.VALIDATE).findAny().orElseThrow();
    assertThat(blank.getReason()).isEqualTo(Reason.EMPTY_TEXT);
    assertThat(blank.getEventId()).isEqualTo("blank");
    assertThat(blank.getTopic()).isEqualTo("events");
    assertThat(StandardCharsets.UTF_8.decode(blank.getKey()).toString()).isEqualTo("blank");
  }

  @Test
  void tensorsAreServedAndBadOnesAreDeadLetters() throws Exception {
    TinyBundle.writeTensor(folder);
    Random random = new Random(4);
    try (Topics topics = new Topics(1)) {
      for (int i = 0; i < 100; i++) {
        List<Float> values = new ArrayList<>();
        for (int v = 0; v < 8; v++) {
          values.add((float) random.nextGaussian());
        }
        topics.send(tensor("good-" + i, "signal", List.of(2, 4), values));
        if (i == 50) {
          topics.send(tensor("shape", "signal", List.of(4, 2), values));
          topics.send(tensor("name", "noise", List.of(2, 4), values));
          topics.send(new Event("text", "a text", null, null));
          values.set(3, Float.NaN);
          topics.send(tensor("nan", "signal", List.of(2, 4), values));
        }
      }
      topics.sent();
      JobClient job = start(topics, folder);
      try {
        assertThat(topics.predictions(100).stream().map(Prediction::getEventId))
            .hasSize(100)
            .doesNotHaveDuplicates()
            .allMatch(id -> id.startsWith("good-"));
        assertThat(
                topics.deadLetters(4).stream()
                    .collect(Collectors.toMap(DeadLetter::getEventId, DeadLetter::getReason)))
            .containsOnly(
                Map.entry("shape", Reason.WRONG_SHAPE),
                Map.entry("name", Reason.WRONG_INPUT),
                Map.entry("text", Reason.WRONG_INPUT),
                Map.entry("nan", Reason.NOT_FINITE));
      } finally {
        job.cancel().get();
      }
    }
  }

  private static Event tensor(String id, String name, List<Integer> shape, List<Float> values) {
    return new Event(id, new TensorInput(name, shape, List.copyOf(values)), null, null);
  }

  @Test
  void eventsThatTheNetworkFailsOnAreDeadLettersAndAllOthersArePredictedOnce() throws Exception {
    Map<String, Reason> kinds =
        Map.of(
            "poison", Reason.INFERENCE_FAILED,
            "poison-1", Reason.INFERENCE_FAILED,
            "poison-2", Reason.INFERENCE_FAILED,
            "boundless", Reason.NOT_FINITE,
            "glutton", Reason.OUT_OF_MEMORY);
    List<String> words = List.copyOf(kinds.keySet());
    List<Event> good = events(3_000, 5);
    Random random = new Random(6);
    Map<String, Reason> bad = new HashMap<>();
    try (Topics topics = new Topics(2)) {
      for (int i = 0; i < good.size(); i++) {
        topics.send(good.get(i));
        // Now and then one, and in the middle fifty in a row.
        for (int n = i == 1_500 ? 50 : random.nextInt(40) == 0 ? 1 : 0; n > 0; n--) {
          String word = words.get(random.nextInt(words.size()));
          String id = "bad-" + i + "-" + n;
          bad.put(id, kinds.get(word));
          topics.send(new Event(id, word, null, null));
        }
      }
      topics.sent();
      JobClient job = start(topics, folder, "operators.count=2");
      try {
        List<Prediction> predictions = topics.predictions(good.size());
        List<DeadLetter> letters = topics.deadLetters(bad.size());
        assertThat(predictions.stream().map(Prediction::getEventId))
            .containsExactlyInAnyOrderElementsOf(good.stream().map(Event::getId).toList());
        assertThat(letters)
            .hasSize(bad.size())
            .allMatch(d -> d.getStage() == FailureStage.INFER && d.getMessage().contains("stage-"))
            .allMatch(d -> d.getTopic().equals("events") && d.getValue().hasRemaining());
        assertThat(
                letters.stream()
                    .collect(Collectors.toMap(DeadLetter::getEventId, DeadLetter::getReason)))
            .isEqualTo(bad);
        assertThat(job.getJobStatus().get()).as("all in one go").isEqualTo(JobStatus.RUNNING);
      } finally {
        job.cancel().get();
      }
    }
  }

  @Test
  void everyEventIsOnceAmongCommittedPredictionsWhenItsTaskManagerDies(
      @InjectMiniCluster MiniCluster cluster) throws Exception {
    List<Event> events = events(20_000, 2);
    try (Topics topics = new Topics(2)) {
      JobClient job = start(topics, folder, "operators.count=2");
      try {
        events.subList(0, 10_000).forEach(topics::send);
        topics.sent();
        assertThat(topics.predictions(2_000)).as("it has committed some").isNotEmpty();
        cluster.terminateTaskManager(0).get();
        events.subList(10_000, 20_000).forEach(topics::send);
        topics.sent();
        cluster.startTaskManager();
        List<Prediction> predictions = topics.predictions(20_000);
        assertThat(predictions.stream().map(Prediction::getEventId))
            .doesNotHaveDuplicates()
            .containsExactlyInAnyOrderElementsOf(events.stream().map(Event::getId).toList());
      } finally {
        job.cancel().get();
      }
    }
  }
}
