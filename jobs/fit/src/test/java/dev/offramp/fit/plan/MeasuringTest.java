package dev.offramp.fit.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.data.Example;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.CostCurve;
import dev.offramp.runtime.Device;
import dev.offramp.runtime.TinyBundle;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is measured of a bundle. */
class MeasuringTest {
  @TempDir private Path folder;

  /** Goes on by a step at each look. */
  private static LongSupplier clock(Duration step) {
    AtomicLong now = new AtomicLong();
    return () -> now.getAndAdd(step.toNanos());
  }

  private static Dataset data(List<Example> test) {
    return new Dataset("d", TinyBundle.LABELS, List.of(), List.of(), List.of(), test, List.of());
  }

  @Test
  void everyStageIsMeasuredAtRowsOfTheLengthAskedFor() throws IOException {
    TinyBundle.writeText(folder);
    Bundle bundle = Bundle.open(folder);

    List<StageCost> costs = StageCost.measured(bundle, Device.CPU, 4.5);

    assertThat(costs).extracting(StageCost::stage).containsExactly(0, 1, 2);
    assertThat(costs)
        .allSatisfy(cost -> assertThat(cost.microsByTokens()).containsKeys(5, 9, 14, 18));
    Network network = Network.of(bundle, bundle.manifest().defaultPoint(), costs, 4.5);
    assertThat(network.reach(2)).isCloseTo(.3, within(1e-9));
    assertThat(network.weightBytes()).isPositive();
    assertThat(network.withExitShares(List.of(1.0, .0, .0)).reach(1)).isZero();
  }

  @Test
  void aCurveIsReadAtWholeRowsUpToItsLargestBatch() {
    CostCurve curve = new CostCurve(new double[] {16, 32}, new double[] {100, 150});

    assertThat(StageCost.of(1, curve, 8).microsByTokens())
        .containsExactlyEntriesOf(new TreeMap<>(Map.of(8, 75.0, 16, 100.0, 24, 125.0, 32, 150.0)));
    assertThat(StageCost.of(1, curve, 100).microsByTokens()).containsOnlyKeys(100);
  }

  @Test
  void lengthsAreTheTokenizersAndTensorsHaveOne() throws IOException {
    TinyBundle.writeText(folder.resolve("text"));
    TinyBundle.writeTensor(folder.resolve("tensor"));
    List<String> texts = List.of("w1", "w1 w2 w3");
    double one = Lengths.mean(Bundle.open(folder.resolve("text")), texts.subList(0, 1));

    assertThat(Lengths.mean(Bundle.open(folder.resolve("text")), texts))
        .isCloseTo(one + 1, within(1e-9));
    assertThat(Lengths.mean(Bundle.open(folder.resolve("tensor")), texts)).isEqualTo(1);
  }

  @Test
  void capacityIsTheEventsOfTheTimeMeasured() throws IOException {
    TinyBundle.writeText(folder);
    Bundle bundle = Bundle.open(folder);
    Random random = new Random(3);
    List<Example> test =
        Stream.generate(() -> new Example(TinyBundle.text(random), 0)).limit(100).toList();

    CapacityCheck measured =
        CapacityCheck.measure(
            bundle,
            Device.CPU,
            bundle.manifest().defaultPoint(),
            data(test),
            1,
            Duration.ofSeconds(3),
            clock(Duration.ofSeconds(1)));

    // 512 events to each look at the clock.
    assertThat(measured.eventsPerSecond()).isCloseTo(512, within(1e-9));
    assertThat(measured.eventsPerCoreSecond()).isPositive();
    assertThat(measured.exitShares()).hasSize(3);
    assertThat(measured.exitShares().stream().mapToDouble(s -> s).sum()).isCloseTo(1, within(1e-9));
    assertThatThrownBy(() -> CapacityCheck.texts(data(List.of())))
        .hasMessageContaining("test examples that are texts: d has none");
  }
}
