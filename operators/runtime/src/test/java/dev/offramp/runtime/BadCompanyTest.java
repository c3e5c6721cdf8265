package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.schemas.Event;
import dev.offramp.schemas.FailureStage;
import dev.offramp.schemas.Prediction;
import dev.offramp.schemas.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever bad events share its batches, a good one is served as in clean company. */
class BadCompanyTest {
  private static final int GOOD = 40;
  private static final List<String> BAD =
      List.of("poison", "poison-1", "poison-2", "boundless", "glutton");

  private static Path folder;
  private static Bundle bundle;
  private static Intake intake;
  private static Engine engine;
  private static final Map<Object, Outcome> OUTCOMES = new HashMap<>();
  private static final List<String> TEXTS = new ArrayList<>();
  private static final List<Prediction> CLEAN = new ArrayList<>();

  @BeforeContainer
  static void open() throws Exception {
    folder = Files.createTempDirectory("tiny-bundle");
    TinyBundle.writeText(folder);
    bundle = Bundle.open(folder);
    intake = Intake.open(bundle);
    engine = engine("full");
    Random random = new Random(3);
    for (int i = 0; i < GOOD; i++) {
      TEXTS.add(TinyBundle.text(random));
      admit(i, TEXTS.get(i));
    }
    runAll();
    for (int i = 0; i < GOOD; i++) {
      CLEAN.add(((Outcome.Left) OUTCOMES.get(i)).prediction());
    }
  }

  @AfterContainer
  static void close() throws IOException {
    engine.close();
    intake.close();
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private static Engine engine(String point) {
    // So flat that a batch takes in all it may.
    CostCurve curve = new CostCurve(new double[] {1, 6400}, new double[] {1e3, 1.1e3});
    return new Engine(
        bundle,
        0,
        TinyBundle.STAGES,
        Device.CPU,
        new ServingOptions(point, 0.95, null, null),
        () -> 0,
        o -> assertThat(OUTCOMES.put(o.context(), o)).as("one outcome each").isNull(),
        new Spares(bundle.manifest()),
        32,
        stage -> curve.copy());
  }

  private static void admit(Object context, String text) throws RejectedEventException {
    engine.admit(intake.accept(new Event(text, text, null, null), context, 0));
  }

  private static void runAll() {
    while (engine.step(false)) {
      // Until all are out.
    }
    assertThat(engine.waiting()).isZero();
  }

  @Property(tries = 100)
  void exactlyTheBadOnesAreRejected(
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 32) int good,
      @ForAll @IntRange(min = 0, max = 32) int bad)
      throws Exception {
    Random random = new Random(seed);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < good; i++) {
      order.add(i);
    }
    for (int i = 0; i < bad; i++) {
      order.add(-1 - i);
    }
    Collections.shuffle(order, random);
    List<String> sent = new ArrayList<>();
    OUTCOMES.clear();
    for (int number : order) {
      String word = BAD.get(random.nextInt(BAD.size()));
      String text = random.nextBoolean() ? word : word + " " + TinyBundle.text(random);
      sent.add(number >= 0 ? TEXTS.get(number) : text);
      admit(number, sent.get(sent.size() - 1));
    }
    runAll();
    assertThat(OUTCOMES).hasSize(good + bad);
    for (int i = 0; i < order.size(); i++) {
      int number = order.get(i);
      if (number >= 0) {
        Outcome outcome = OUTCOMES.get(number);
        assertThat(outcome).isInstanceOf(Outcome.Left.class);
        same(((Outcome.Left) outcome).prediction(), CLEAN.get(number));
      } else {
        assertThat(OUTCOMES.get(number)).isInstanceOf(Outcome.Rejected.class);
        rightly((Outcome.Rejected) OUTCOMES.get(number), sent.get(i));
      }
    }
  }

  private static void same(Prediction found, Prediction clean) {
    assertThat(found.getLabel()).isEqualTo(clean.getLabel());
    assertThat(found.getExit()).isEqualTo(clean.getExit());
    assertThat(found.getProbability()).isCloseTo(clean.getProbability(), within(1e-4));
  }

  private static void rightly(Outcome.Rejected rejected, String text) {
    assertThat(rejected.stage()).isEqualTo(FailureStage.INFER);
    assertThat(rejected.reason()).as(text).isEqualTo(reason(text));
    int stage = text.startsWith("poison-") ? text.charAt("poison-".length()) - '0' : 0;
    assertThat(rejected.message()).contains("stage-" + stage + ".onnx").contains(bundleId());
  }

  private static Reason reason(String text) {
    if (text.startsWith("boundless")) {
      return Reason.NOT_FINITE;
    }
    return text.startsWith("glutton") ? Reason.OUT_OF_MEMORY : Reason.INFERENCE_FAILED;
  }

  private static String bundleId() {
    return bundle.manifest().id();
  }

  @Example
  void badEventThatAGateLetsGoBeforeItsStageIsServed() throws Exception {
    OUTCOMES.clear();
    try (Engine gated = engine("half")) {
      // Two of the words that stage 1 fails on, but not opposite: exit 0 is sure of them.
      for (String text : List.of("up-1", "poison-1")) {
        gated.admit(intake.accept(new Event(text, text, null, null), text, 0));
      }
      while (gated.step(false)) {
        // Both.
      }
    }
    assertThat(OUTCOMES.get("up-1")).isInstanceOf(Outcome.Left.class);
    assertThat(OUTCOMES.get("poison-1")).isInstanceOf(Outcome.Rejected.class);
  }
}
