package dev.offramp.fit.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.data.Example;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Device;
import dev.offramp.runtime.TinyBundle;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is measured of a bundle, by clocks that go on by a step at each look. */
class MeasuringTest {
  @TempDir private Path folder;

  private static LongSupplier clock(Duration step) {
    AtomicLong now = new AtomicLong();
    return () -> now.getAndAdd(step.toNanos());
  }

  private static Dataset data(List<Example> test) {
    return new Dataset("d", TinyBundle.LABELS, List.of(), List.of(), List.of(), test, List.of());
  }

  @Test
  void everyStageIsTimedAtEverySize() throws IOException {
    TinyBundle.writeText(folder);
    Bundle bundle = Bundle.open(folder);
    Lengths.Typical typical = Lengths.event(bundle, 5);

    List<StageCost> costs;
    try (Stopwatch stopwatch = new Stopwatch(bundle, Device.CPU, clock(Duration.ofMillis(3)))) {
      costs = stopwatch.time(typical.event(), typical.tokens(), (what, done, total) -> {});
    }

    assertThat(typical.tokens()).isEqualTo(5);
    assertThat(costs).extracting(StageCost::stage).containsExactly(0, 1, 2);
    assertThat(costs)
        .allSatisfy(
            cost -> {
              assertThat(cost.microsByTokens())
                  .containsOnlyKeys(5, 10, 15, 20, 30, 40, 60, 80, 120, 160);
              assertThat(cost.microsByTokens().values()).containsOnly(3000.0);
            });
    Network network = Network.of(bundle, bundle.manifest().defaultPoint(), costs, 5);
    assertThat(network.reach(2)).isCloseTo(.3, within(1e-9));
    assertThat(network.weightBytes()).isPositive();
  }

  @Test
  void tensorsAreTimedToo() throws IOException {
    TinyBundle.writeTensor(folder);
    Bundle bundle = Bundle.open(folder);
    Lengths.Typical typical = Lengths.event(bundle, 12);

    try (Stopwatch stopwatch = new Stopwatch(bundle, Device.CPU, clock(Duration.ofMillis(1)))) {
      assertThat(stopwatch.time(typical.event(), typical.tokens(), (what, done, total) -> {}))
          .hasSize(3);
    }
    assertThat(typical.tokens()).isEqualTo(1);
    assertThat(Lengths.mean(bundle, List.of("whatever"))).isEqualTo(1);
  }

  @Test
  void lengthsAreTheTokenizers() throws IOException {
    TinyBundle.writeText(folder);
    Bundle bundle = Bundle.open(folder);
    int special = Lengths.event(bundle, 1).tokens() - 1;

    assertThat(Lengths.mean(bundle, List.of("w1", "w1 w2 w3")))
        .isCloseTo(2 + special, within(1e-9));
    assertThatThrownBy(() -> Lengths.event(bundle, 17))
        .hasMessageContaining("must be 1 to 16, where bundle")
        .hasMessageEndingWith("cuts off: 17");
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
