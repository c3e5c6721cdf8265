package dev.offramp.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.runtime.TinyBundle;
import org.junit.jupiter.api.Test;

class MeterTest {
  private static final String RIGHT = TinyBundle.LABELS.get(0);
  private static final String WRONG = TinyBundle.LABELS.get(1);

  @Test
  void timeRunsFromATenthToNinetyFivePercent() throws Exception {
    Meter meter = new Meter(Workloads.ofOneLabel(50), 200, new Moments());
    for (int i = 0; i < 200; i++) {
      assertThat(meter.from() == null).isEqualTo(i < 20);
      assertThat(meter.to() == null).isEqualTo(i < 190);
      assertThat(meter.await(0)).isFalse();
      meter.seen(i, RIGHT, 0, 0.5);
    }
    assertThat(meter.await(0)).isTrue();
    assertThat(meter.timed()).isEqualTo(170);
    assertThat(meter.eventsPerSecond()).isEqualTo(170);
    assertThat(meter.meanCost()).isEqualTo(0.5);
  }

  @Test
  void accuracyIsThatOfTheFirstEventsWhateverOrderTheyComeIn() {
    Meter meter = new Meter(Workloads.ofOneLabel(50), 20, new Moments());
    for (int i = 19; i >= 0; i--) {
      meter.seen(i, i < 8 ? RIGHT : WRONG, 0, 1);
    }
    assertThat(meter.accuracy(20)).isEqualTo(0.4);
    assertThat(meter.accuracy(10)).isEqualTo(0.8);
  }

  @Test
  void withoutLabelsThereIsNoAccuracy() {
    Meter meter = new Meter(Workloads.ofOneLabel(50), 10, new Moments());
    for (int i = 0; i < 10; i++) {
      meter.seen(i, null, 0, 1);
    }
    assertThat(meter.accuracy(10)).isNull();
  }

  @Test
  void exitsAreKnownByNumberModuloTheWorkload() {
    Meter meter = new Meter(Workloads.ofOneLabel(4), 11, new Moments());
    for (int i = 0; i < 11; i++) {
      meter.seen(i, RIGHT, i % 4, 1);
    }
    assertThat(meter.exits()).containsExactly(0, 1, 2, 3);
    Meter fewer = new Meter(Workloads.ofOneLabel(12), 10, new Moments());
    fewer.seen(3, RIGHT, 2, 1);
    assertThat(fewer.exits().get(3)).isEqualTo(2);
    assertThat(fewer.exits().get(11)).isEqualTo(-1);
  }

  @Test
  void anEventThatComesTwiceFailsTheRun() {
    Meter meter = new Meter(Workloads.ofOneLabel(50), 10, new Moments());
    meter.seen(3, RIGHT, 0, 1);
    assertThatThrownBy(() -> meter.seen(3, RIGHT, 0, 1)).hasMessage("event 3 was predicted twice");
    assertThatThrownBy(() -> meter.await(0)).hasMessage("event 3 was predicted twice");
  }

  @Test
  void anEventThatWasNotSentFailsTheRun() {
    Meter meter = new Meter(Workloads.ofOneLabel(50), 10, new Moments());
    assertThatThrownBy(() -> meter.seen(10, RIGHT, 0, 1)).hasMessageContaining("only 10 were sent");
    assertThatThrownBy(() -> meter.await(0)).hasMessageContaining("only 10 were sent");
  }

  @Test
  void usageIsWhatLiesBetweenTheTwoMoments() {
    Meter meter = new Meter(Workloads.ofOneLabel(50), 100, new Moments());
    for (int i = 0; i < 100; i++) {
      meter.seen(i, RIGHT, 0, 1);
    }
    assertThat(meter.usage().seconds()).isEqualTo(1);
    assertThat(meter.usage().cpuSeconds()).isEqualTo(1);
    assertThat(meter.usage().gcSeconds()).isEqualTo(0.01);
    assertThat(meter.usage().residentBytes()).isEqualTo(1000);
    assertThat(meter.usage().cpuByKind()).containsEntry(ThreadKind.RUNNER, 0.8);
    assertThat(meter.usage().allocatedBytes()).isEqualTo(Moments.RUNNER_BYTES);
  }

  @Test
  void aRunOfTooFewEventsIsRefused() {
    assertThatThrownBy(() -> new Meter(Workloads.ofOneLabel(50), 9, new Moments()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("10 events or more: 9");
  }
}
