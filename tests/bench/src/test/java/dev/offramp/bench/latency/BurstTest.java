package dev.offramp.bench.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BurstTest {
  private static final double BUDGET = 50;
  private static final Double LATE = 80.0;
  private static final Double IN_TIME = 20.0;

  /** Windows from 0 on with these p99; the burst is from second 1 to 2. */
  private static Burst burst(List<Double> p99) {
    List<Window> windows = new ArrayList<>();
    for (int w = 0; w < p99.size(); w++) {
      windows.add(new Window(w / 5.0, 100, 100, w == 8 ? 70 : 5, p99.get(w)));
    }
    LatencyFigures none = new LatencyFigures(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of());
    Cell all = new Cell(BUDGET, 0.5, 100, none, 0, 0, new Cell.Sending(0, 0, 0));
    return Burst.of(all, 1, 2, windows);
  }

  private static List<Double> p99(int calm, int late, int after) {
    List<Double> all = new ArrayList<>();
    for (int w = 0; w < calm + late + after; w++) {
      all.add(w >= calm && w < calm + late ? LATE : IN_TIME);
    }
    return all;
  }

  @Test
  void recoveryIsFromTheBurstsEndToTheFirstCalmSecond() {
    assertThat(burst(p99(6, 9, 10)).recoveredAfterSeconds()).isEqualTo(1.0, offset(1e-9));
  }

  @Test
  void calmShorterThanASecondIsNone() {
    List<Double> all = p99(6, 9, 4);
    all.addAll(p99(0, 2, 6));

    assertThat(burst(all).recoveredAfterSeconds()).isEqualTo(2.2, offset(1e-9));
  }

  @Test
  void burstThatWasOverInTimeTookNoRecovery() {
    assertThat(burst(p99(6, 2, 17)).recoveredAfterSeconds()).isEqualTo(0.0, offset(1e-9));
  }

  @Test
  void burstThatIsNotOverHasNoRecovery() {
    assertThat(burst(p99(6, 30, 3)).recoveredAfterSeconds()).isNull();
  }

  @Test
  void silenceWithEventsHeldUpIsNotCalm() {
    List<Double> all = p99(6, 4, 0);
    for (int w = 0; w < 10; w++) {
      all.add(null);
    }

    assertThat(burst(all).recoveredAfterSeconds()).isNull();
    assertThat(burst(all).largestBacklog()).isEqualTo(70);
  }
}
