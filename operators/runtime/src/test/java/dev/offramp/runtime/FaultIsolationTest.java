package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.Reason;
import dev.offramp.schemas.TensorInput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultIsolationTest {
  private static final int ROWS = 32;
  private static final int LARGEST = ROWS * TinyBundle.MAX_TOKENS;

  @TempDir Path folder;
  private final List<String> rejected = new ArrayList<>();
  private final List<InferenceException> reasons = new ArrayList<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final StageWork work = new StageWork(0);
  private Intake intake;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable o : open) {
      o.close();
    }
    assertThat(StageSession.open()).isZero();
  }

  private FaultIsolation stage() {
    return stage(() -> 0);
  }

  private FaultIsolation stage(Ticker ticker) {
    Bundle bundle = Bundle.open(folder);
    intake = Intake.open(bundle);
    open.add(intake);
    StageRunner stage = new StageRunner(bundle, 0, Device.CPU);
    open.add(stage);
    return new FaultIsolation(
        stage,
        bundle.manifest(),
        ROWS,
        ticker,
        work,
        (event, why) -> {
          rejected.add(event.id());
          reasons.add(why);
        });
  }

  private List<InFlight> events(String... texts) throws RejectedEventException {
    List<InFlight> events = new ArrayList<>();
    for (String text : texts) {
      events.add(intake.accept(new Event(text, text, null, null), text, 0));
    }
    return events;
  }

  /** So many events of four tokens. */
  private List<InFlight> fours(int count) throws RejectedEventException {
    return events(Collections.nCopies(count, "w1 w2 w3 w4").toArray(String[]::new));
  }

  /** Runs a batch; gives the sizes of the parts that were served together. */
  private static List<Integer> run(FaultIsolation stage, List<InFlight> batch) {
    List<Integer> sizes = new ArrayList<>();
    stage.take(batch);
    for (List<InFlight> part = stage.next(); part != null; part = stage.next()) {
      sizes.add(part.size());
    }
    return sizes;
  }

  @Test
  void goodBatchRunsAsItCame() throws Exception {
    TinyBundle.writeText(folder);
    FaultIsolation stage = stage();
    List<InFlight> batch = fours(ROWS);
    stage.take(batch);
    assertThat(stage.next()).isSameAs(batch);
    assertThat(stage.next()).isNull();
    assertThat(work.failed()).isZero();
    assertThat(work.limit()).isEqualTo(LARGEST);
  }

  @Test
  void badEventIsFoundByHalvingAndItsNeighboursAreServedInTheirOrder() throws Exception {
    TinyBundle.writeText(folder);
    FaultIsolation stage = stage();
    stage.take(events("w0", "w1", "w2", "w3", "w4", "poison", "w6", "w7"));
    List<String> served = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    for (List<InFlight> part = stage.next(); part != null; part = stage.next()) {
      sizes.add(part.size());
      part.forEach(e -> served.add(e.id()));
    }
    assertThat(served).containsExactly("w0", "w1", "w2", "w3", "w4", "w6", "w7");
    assertThat(sizes).containsExactly(4, 1, 2);
    assertThat(rejected).containsExactly("poison");
    assertThat(reasons.get(0).reason()).isEqualTo(Reason.INFERENCE_FAILED);
    assertThat(reasons.get(0)).hasMessageContaining("stage-0.onnx").hasMessageContaining("1000");
    assertThat(work.failed()).as("8, 4, 2, 1, and 1 again").isEqualTo(5);
  }

  @Test
  void badEventsAloneInARowDoNotEndIt() throws Exception {
    TinyBundle.writeText(folder);
    FaultIsolation stage = stage();
    String[] bad = new String[200];
    Arrays.fill(bad, "poison");
    assertThat(run(stage, events(bad))).isEmpty();
    assertThat(rejected).hasSize(200);
    assertThat(run(stage, events("w1"))).containsExactly(1);
  }

  @Test
  void eventThatFailsAloneButNotAgainIsServed() throws Exception {
    TinyBundle.writeText(folder);
    List<InFlight> batch = new ArrayList<>();
    AtomicInteger asked = new AtomicInteger();
    // The clock is read before each call and after each that went well: the event, the blank (two
    // times), the event again. Just before that its token becomes one that the network knows.
    FaultIsolation stage =
        stage(
            () -> {
              if (asked.incrementAndGet() == 4) {
                batch.get(0).tokens[0] = 1;
              }
              return 0;
            });
    batch.addAll(events("poison"));
    assertThat(run(stage, batch)).containsExactly(1);
    assertThat(rejected).isEmpty();
    assertThat(work.failed()).isEqualTo(1);
  }

  @Test
  void logitsThatAreNotFiniteAreTheEventsFault() throws Exception {
    TinyBundle.writeText(folder);
    FaultIsolation stage = stage();
    assertThat(run(stage, events("w1", "boundless", "w2"))).containsExactly(1, 1);
    assertThat(rejected).containsExactly("boundless");
    assertThat(reasons.get(0).reason()).isEqualTo(Reason.NOT_FINITE);
    assertThat(reasons.get(0))
        .hasMessageMatching(
            "stage-0.onnx of bundle \\S+ on cpu gives logits that are NaN or infinite");
  }

  @Test
  void logitTooLargeForTheBundlesOwnNumbersIsTheEventsFaultToo() throws Exception {
    TinyBundle.writeTensor(folder);
    FaultIsolation stage = stage();
    List<InFlight> growing = new ArrayList<>();
    for (float size = 1e30f; size <= 1e38f; size *= 2) {
      TensorInput input = new TensorInput("signal", List.of(2, 4), Collections.nCopies(8, size));
      growing.add(intake.accept(new Event("" + size, input, null, null), size, 0));
    }
    run(stage, growing);
    assertThat(reasons).first().asString().contains("which is too large to compute with");
    assertThat(reasons).extracting(InferenceException::reason).containsOnly(Reason.NOT_FINITE);
    List<String> largest = growing.stream().map(InFlight::id).toList();
    assertThat(rejected)
        .as("just the largest")
        .isEqualTo(largest.subList(largest.size() - rejected.size(), largest.size()));
    // What was let through gives probabilities that are numbers, at every point.
    Manifest manifest = Bundle.open(folder).manifest();
    for (InFlight event : growing.subList(0, growing.size() - rejected.size())) {
      for (Manifest.OperatingPoint point : manifest.points()) {
        Exits exits = new Exits(manifest, point);
        event.state().rewind();
        exits.leaves(event.state());
        assertThat(event.state().probabilities()[0]).isBetween(0f, 1f);
        assertThat(event.state().gate).isBetween(0.0, 1.0);
      }
    }
  }

  @Test
  void sessionThatFailsOnABlankEventTooEndsItWithTheFirstCause() throws Exception {
    TinyBundle.writeBroken(folder, 4);
    FaultIsolation stage = stage();
    assertThat(run(stage, events("w1", "w1 w2 w3 w4 w5"))).containsExactly(2);
    stage.take(fours(3));
    assertThatThrownBy(stage::next)
        .isInstanceOf(InferenceException.class)
        .hasMessageContaining("it is the session and not the event")
        .hasRootCauseInstanceOf(OrtException.class)
        .rootCause()
        .hasMessageContaining("Gather");
    assertThat(rejected).as("no event pays for it").isEmpty();
  }

  @Test
  void batchThatRunsOutOfMemoryHalvesTheLimitAndIsServed() throws Exception {
    TinyBundle.writeTight(folder, 40);
    FaultIsolation stage = stage();
    assertThat(run(stage, fours(ROWS))).as("128 tokens, 64, 32").containsExactly(8, 8, 8, 8);
    assertThat(work.limit()).isEqualTo(32);
    assertThat(work.failed()).isEqualTo(2);
    assertThat(rejected).isEmpty();
    assertThat(run(stage, fours(ROWS))).containsExactly(8, 8, 8, 8);
    assertThat(work.failed()).as("the limit holds").isEqualTo(2);
  }

  @Test
  void limitGrowsBackAnEighthAfterAHundredGoodBatches() throws Exception {
    TinyBundle.writeTight(folder, 40);
    FaultIsolation stage = stage();
    run(stage, fours(ROWS));
    for (int i = 0; i < 95; i++) {
      run(stage, fours(1));
    }
    assertThat(work.limit()).as("after 99").isEqualTo(32);
    run(stage, fours(1));
    assertThat(work.limit()).isEqualTo(36);
    assertThat(run(stage, fours(9))).containsExactly(9);
    for (int i = 0; i < 199; i++) {
      run(stage, fours(1));
    }
    assertThat(work.limit()).isEqualTo(45);
    assertThat(run(stage, fours(11))).as("44 tokens are too many").containsExactly(5, 3, 3);
    assertThat(work.limit()).isEqualTo(22);
  }

  @Test
  void limitGrowsToWhatTheLargestBatchNeedsAndNoFurther() throws Exception {
    TinyBundle.writeTight(folder, 500);
    FaultIsolation stage = stage();
    String longest = "w3 ".repeat(TinyBundle.MAX_TOKENS);
    run(stage, events(Collections.nCopies(ROWS, longest).toArray(String[]::new)));
    assertThat(work.limit()).isEqualTo(256);
    for (int i = 0; i < 1000; i++) {
      run(stage, fours(1));
    }
    assertThat(work.limit()).isEqualTo(LARGEST);
  }

  @Test
  void eventThatRunsOutOfMemoryAloneIsRejectedAndLeavesTheLimitAsItWas() throws Exception {
    TinyBundle.writeTight(folder, 40);
    FaultIsolation stage = stage();
    run(stage, fours(ROWS));
    List<InFlight> batch = fours(7);
    batch.addAll(events("w1 glutton"));
    assertThat(run(stage, batch)).containsExactly(4, 2, 1);
    assertThat(rejected).containsExactly("w1 glutton");
    assertThat(reasons.get(0).reason()).isEqualTo(Reason.OUT_OF_MEMORY);
    assertThat(reasons.get(0)).hasMessageContaining("Failed to allocate memory");
    assertThat(work.limit()).isEqualTo(32);
  }

  @Test
  void curveIsMeasuredAsFarAsMemoryGoes() throws Exception {
    TinyBundle.writeTight(folder, 70);
    Bundle bundle = Bundle.open(folder);
    try (StageRunner stage = new StageRunner(bundle, 1, Device.CPU)) {
      assertThat(stage.curve().sizes()).contains(16).doesNotContain(128).isSorted();
    }
  }

  @Test
  void wordsOfOnnxRuntimeTellThatMemoryRanOut() {
    for (String words :
        List.of(
            "Failed to allocate memory for requested buffer of size 939524096",
            "Available memory of 1024 is smaller than requested bytes of 4096",
            "CUDA failure 2: out of memory ; GPU=0 ; expr=cudaMalloc((void**)&p, size);",
            "CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0",
            "CUDNN failure 5003: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED ; GPU=0",
            "std::bad_alloc",
            "bad allocation")) {
      assertThat(new InferenceException(words, null).reason())
          .as(words)
          .isEqualTo(Reason.OUT_OF_MEMORY);
    }
    assertThat(new InferenceException("CUDA failure 700: an illegal memory access", null).reason())
        .isEqualTo(Reason.INFERENCE_FAILED);
  }
}
