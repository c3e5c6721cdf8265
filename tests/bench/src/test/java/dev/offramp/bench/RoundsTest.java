package dev.offramp.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.fit.work.Progress;
import dev.offramp.runtime.TinyBundle;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundsTest {
  private static final int SIZE = 300;

  private final Workload workload = Workloads.ofOneLabel(SIZE);
  private final List<String> ran = new ArrayList<>();

  /** Says at once that every event left, at the exit of its number modulo three. */
  private record Instantly(
      String name, boolean needsExits, List<String> ran, List<List<Integer>> told)
      implements Opponent {
    @Override
    public String description() {
      return "says at once that every event left";
    }

    @Override
    public void run(Plan plan) {
      ran.add(name);
      if (needsExits) {
        told.add(plan.exits());
      }
      for (int i = 0; i < plan.meter().events(); i++) {
        plan.meter().seen(i, TinyBundle.LABELS.get(0), i % 3, 0.25);
      }
    }
  }

  private Opponent opponent(String name) {
    return new Instantly(name, false, ran, List.of());
  }

  private Rounds rounds(Opponent... opponents) {
    return new Rounds(workload, List.of(opponents), 1e-6, Progress.NONE);
  }

  @Test
  void eachRoundBeginsWithTheNextOpponent() throws Exception {
    Rounds rounds = rounds(opponent("a"), opponent("c"), opponent("d"));
    rounds.warmUp();
    ran.clear();
    for (int round = 1; round <= 4; round++) {
      rounds.round(round);
    }
    assertThat(ran).containsExactly("a", "c", "d", "c", "d", "a", "d", "a", "c", "a", "c", "d");
  }

  @Test
  void runsSayWhatTheMeterSaw() throws Exception {
    Rounds rounds = rounds(opponent("c"));
    rounds.warmUp();
    Run run = rounds.round(1).get(0);
    assertThat(run.name()).isEqualTo("c");
    assertThat(run.round()).isEqualTo(1);
    assertThat(run.events()).isEqualTo(rounds.common());
    assertThat(run.accuracy()).isEqualTo(1);
    assertThat(run.accuracyOfCommon()).isEqualTo(1);
    assertThat(run.meanCost()).isEqualTo(0.25);
    assertThat(run.eventsPerSecond()).isPositive();
    assertThat(run.allocatedBytesPerEventBy())
        .containsOnlyKeys("runner", "flink", "kafka-client", "kafka-broker", "other");
  }

  @Test
  void theBareLoopIsToldWhereOfframpsEventsLeave() throws Exception {
    List<List<Integer>> told = new ArrayList<>();
    Rounds rounds = rounds(new Instantly("e", true, ran, told), opponent("d"));
    rounds.warmUp();
    assertThat(ran).as("Offramp goes first").startsWith("d").endsWith("e");
    assertThat(told.get(0)).hasSize(SIZE);
    for (int i = 0; i < SIZE; i++) {
      assertThat(told.get(0).get(i)).isEqualTo(i % 3);
    }
  }

  @Test
  void theBareLoopAloneIsRefused() {
    Opponent bare = new Instantly("e", true, ran, new ArrayList<>());
    assertThatThrownBy(() -> rounds(bare, opponent("c")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name d among the opponents");
  }

  @Test
  void anOpponentThatLosesEventsFails() {
    Opponent loser =
        new Opponent() {
          @Override
          public String name() {
            return "loser";
          }

          @Override
          public String description() {
            return "loses all";
          }

          @Override
          public void run(Plan plan) {
            plan.meter().seen(0, null, 0, 1);
          }
        };
    assertThatThrownBy(() -> rounds(loser).warmUp())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("loser ended with 1 of 300");
  }

  @Test
  void runsAreWholeWorkloadsWhereThatIsCheap() {
    assertThat(Rounds.whole(500, 1000)).isEqualTo(500);
    assertThat(Rounds.whole(700, 1000)).isEqualTo(1000);
    assertThat(Rounds.whole(1400, 1000)).isEqualTo(1000);
    assertThat(Rounds.whole(1600, 1000)).isEqualTo(2000);
    assertThat(Rounds.whole(1, 1000)).isEqualTo(100);
    assertThat(Rounds.whole(Long.MAX_VALUE / 4, 1000)).isEqualTo(2_000_000);
  }
}
