package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.runtime.BudgetController.Move;
import dev.offramp.runtime.BudgetController.Observation;
import dev.offramp.runtime.BudgetController.Point;
import dev.offramp.runtime.BudgetController.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BudgetControllerTest {
  private static final int FULL = 8;
  private static final List<Point> POINTS = points();

  private static List<Point> points() {
    double[] costs = {.0003, .012, .037, .058, .073, .119, .170, .234, 1};
    double[] accuracies = {.932, .946, .954, .957, .960, .963, .965, .967, .968};
    return IntStream.range(0, costs.length)
        .mapToObj(i -> new Point("p" + i, accuracies[i], costs[i]))
        .toList();
  }

  private final List<Move> moves = new ArrayList<>();
  private BudgetController controller = new BudgetController(POINTS, FULL, new Settings(0.01, 0));
  private long micros;

  /** So many seconds in steps of a tenth, at 400 events a second. */
  private void run(double seconds, double late, double forced, double busy) {
    for (int i = 0; i < Math.round(seconds * 10); i++) {
      micros += 100_000;
      Optional<Move> move =
          controller.observe(
              new Observation(micros, 40, Math.round(40 * late), Math.round(40 * forced), busy));
      move.ifPresent(moves::add);
    }
  }

  private void calm(double seconds) {
    run(seconds, 0, 0, 0.1);
  }

  private List<Integer> visited() {
    return moves.stream().map(Move::to).toList();
  }

  @Test
  void startsAtTheConfiguredPointAndStaysWhileAllIsWell() {
    run(600, 0, 0, 0.9);
    assertThat(controller.point()).isEqualTo(FULL);
    assertThat(moves).isEmpty();
  }

  @Test
  void lateEventsMoveItToACheaperPoint() {
    run(0.3, 0.5, 0, 0.5);
    assertThat(moves)
        .containsExactly(
            new Move(
                8,
                7,
                "Point p8 to p7: 20 of 40 events late or forced, 50.0 %, of which 1.0 % may be"));
  }

  @Test
  void forcedEventsCountAsLateOnesDo() {
    run(0.3, 0, 0.5, 0.5);
    assertThat(visited()).containsExactly(7);
  }

  @Test
  void runnerThatIsAlwaysBusyMovesThoughNothingIsLate() {
    run(1.4, 0, 0, 1);
    assertThat(moves).isEmpty();
    run(0.3, 0, 0, 1);
    assertThat(moves)
        .containsExactly(
            new Move(8, 7, "Point p8 to p7: busy 100 % of the last 1.5 s, so input waits unread"));
  }

  @Test
  void pressureThatPersistsDoublesTheStep() {
    run(0.8, 0.5, 0, 1);
    assertThat(visited()).containsExactly(7, 5, 1);
    run(0.4, 0.5, 0, 1);
    assertThat(visited()).containsExactly(7, 5, 1, 0);
  }

  @Test
  void newPressureAfterCalmStepsByOneAgain() {
    controller.observe(new Observation(0, 0, 0, 0, 1));
    run(0.1, 0.5, 0, 1);
    run(8, 0, 0, 0.9);
    run(0.1, 0.5, 0, 1);
    assertThat(visited()).containsExactly(7, 6);
  }

  @Test
  void eventsAdmittedBeforeTheMoveAreNoPressure() {
    run(0.1, 0.5, 0, 1);
    run(0.2, 1, 1, 1);
    assertThat(visited()).containsExactly(7);
  }

  @Test
  void fewLateEventsAreWithinTheAllowance() {
    for (int i = 0; i < 1000; i++) {
      run(0.1, 0.025, 0, 0.5);
      run(0.9, 0, 0, 0.5);
    }
    assertThat(moves).isEmpty();
  }

  @Test
  void calmMovesItBackOnePointAtATime() {
    run(0.8, 0.5, 0, 1);
    moves.clear();
    calm(2);
    calm(60);
    assertThat(visited())
        .containsExactlyElementsOf(IntStream.rangeClosed(2, FULL).boxed().toList());
    assertThat(moves.get(0).why()).startsWith("Point p1 to p2: calm for 2.");
  }

  @Test
  void loadThatWouldFillTheDearerPointKeepsItWhereItIs() {
    run(0.1, 0.5, 0, 1);
    run(120, 0, 0, 0.3);
    assertThat(visited())
        .as("0.3 of a core, and full depth takes four times as long")
        .containsExactly(7);
  }

  @Test
  void aFewLateEventsAreNoCalm() {
    run(0.1, 0.5, 0, 1);
    for (int i = 0; i < 100; i++) {
      run(0.1, 0.025, 0, 0.1);
      run(0.2, 0, 0, 0.1);
    }
    assertThat(visited())
        .as("0.8 % late: allowed, but too near for a dearer point")
        .containsExactly(7);
  }

  @Test
  void triesThatFailAreMadeEverMoreRarely() {
    run(0.1, 0.5, 0, 0.5);
    List<Double> waits = new ArrayList<>();
    double waited = 0;
    while (waits.size() < 6) {
      calm(0.1);
      waited += 0.1;
      if (controller.point() == FULL) {
        waits.add(waited);
        waited = 0;
        run(0.4, 0.5, 0, 0.5);
        assertThat(controller.point()).isEqualTo(7);
      }
    }
    assertThat(waits.subList(0, 4)).isSorted();
    assertThat(waits.get(0)).isBetween(1.9, 2.2);
    assertThat(waits.get(1)).isBetween(7.0, 8.2);
    assertThat(waits.get(5)).as("bounded").isBetween(100.0, 256.0);
  }

  @Test
  void longWaitEndsWithCalm() {
    run(0.1, 0.5, 0, 0.5);
    for (int tries = 0; tries < 3; tries++) {
      while (controller.point() < FULL) {
        calm(0.1);
      }
      run(0.4, 0.5, 0, 0.5);
    }
    calm(3600);
    moves.clear();
    run(0.1, 0.5, 0, 0.5);
    calm(3);
    assertThat(visited()).containsExactly(7, FULL);
  }

  @Test
  void floorIsNeverPassed() {
    controller = new BudgetController(POINTS, FULL, new Settings(0.01, 0.963));
    run(60, 1, 1, 1);
    assertThat(controller.point()).isEqualTo(5);
  }

  @Test
  void pointBelowTheFloorIsNotPassedOver() {
    List<Point> dip =
        List.of(new Point("a", .96, .1), new Point("b", .95, .2), new Point("c", .97, .3));
    controller = new BudgetController(dip, 2, new Settings(0.01, 0.96));
    run(60, 1, 1, 1);
    assertThat(controller.point()).isEqualTo(2);
  }

  @Test
  void clockThatGoesBackStandsStill() {
    run(1, 0, 0, 1);
    micros -= 3_600_000_000L;
    run(0.4, 0, 0, 1);
    assertThat(moves).isEmpty();
    run(0.3, 0, 0, 1);
    assertThat(visited()).containsExactly(7);
  }

  @Test
  void settingsAndPointsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new Settings(0, 0))
        .hasMessage("share of events that may be late must lie between 0 and 1: 0.0");
    assertThatThrownBy(() -> new Settings(0.01, 1.5))
        .hasMessage("accuracy floor must lie in [0, 1]: 1.5");
    assertThatThrownBy(() -> new BudgetController(POINTS, 9, new Settings(0.01, 0)))
        .hasMessage("operating point 9: there are 9");
    assertThatThrownBy(() -> new BudgetController(POINTS, 5, new Settings(0.01, 0.965)))
        .hasMessage(
            "accuracy floor 0.965: point p5 is expected to reach 0.963; lower the floor or run at a dearer point");
    assertThatThrownBy(
            () ->
                new BudgetController(
                    List.of(POINTS.get(1), POINTS.get(0)), 1, new Settings(0.01, 0)))
        .hasMessageStartingWith("operating points must be in ascending order of cost: ");
  }

  @Property(tries = 300)
  void whateverHappensThePointStaysBetweenFloorAndConfiguredAndMovesAreAsTold(
      @ForAll("observations") List<Observation> observations,
      @ForAll @IntRange(min = 0, max = FULL) int configured,
      @ForAll @IntRange(min = 0, max = 932) int floor) {
    Settings settings = new Settings(0.01, floor / 1000.0);
    BudgetController any = new BudgetController(POINTS, configured, settings);
    int point = configured;
    for (Observation o : observations) {
      Optional<Move> move = any.observe(o);
      if (move.isPresent()) {
        assertThat(move.get().from()).isEqualTo(point);
        assertThat(move.get().to()).isNotEqualTo(point);
        assertThat(move.get().to() - point).as("never up by more than one").isLessThanOrEqualTo(1);
        point = move.get().to();
      }
      assertThat(any.point()).isEqualTo(point);
      assertThat(point).isBetween(0, configured);
    }
  }

  @Property(tries = 300)
  void pointNeverFallsBelowTheFloor(
      @ForAll("observations") List<Observation> observations,
      @ForAll @IntRange(min = 0, max = 968) int floor) {
    BudgetController any = new BudgetController(POINTS, FULL, new Settings(0.01, floor / 1000.0));
    for (Observation o : observations) {
      any.observe(o);
      assertThat(POINTS.get(any.point()).accuracy()).isGreaterThanOrEqualTo(floor / 1000.0);
    }
  }

  @Property(tries = 300)
  void sameObservationsGiveTheSameMoves(@ForAll("observations") List<Observation> observations) {
    BudgetController one = new BudgetController(POINTS, FULL, new Settings(0.01, 0));
    BudgetController other = new BudgetController(POINTS, FULL, new Settings(0.01, 0));
    List<Optional<Move>> first = observations.stream().map(one::observe).toList();
    assertThat(observations.stream().map(other::observe).toList()).isEqualTo(first);
  }

  @Property(tries = 30)
  void afterAnythingThatHappenedCalmLeadsBackToTheConfiguredPoint(
      @ForAll("likelyObservations") List<Observation> observations) {
    for (Observation o : observations) {
      micros = o.nowMicros();
      controller.observe(o);
    }
    run(1800, 0, 0, 0.05);
    assertThat(controller.point()).isEqualTo(FULL);
  }

  /** Anything at all. */
  @Provide
  Arbitrary<List<Observation>> observations() {
    Arbitrary<Double> busy =
        Arbitraries.frequencyOf(
            Tuple.of(5, Arbitraries.of(0.0, 0.5, 1.0)),
            Tuple.of(
                1,
                Arbitraries.of(
                    Double.NaN, -1.0, 7.0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY)));
    Arbitrary<Observation> wild =
        Combinators.combine(
                Arbitraries.longs(),
                Arbitraries.longs(),
                Arbitraries.longs(),
                Arbitraries.longs(),
                busy)
            .as(Observation::new);
    return Arbitraries.oneOf(wild.list().ofMaxSize(60), likelyObservations());
  }

  /** What a runner can measure: time goes on, counts fit together. */
  @Provide
  Arbitrary<List<Observation>> likelyObservations() {
    Arbitrary<long[]> parts =
        Combinators.combine(
                Arbitraries.longs().between(1_000, 3_000_000),
                Arbitraries.longs().between(0, 5_000),
                Arbitraries.longs().between(0, 100),
                Arbitraries.longs().between(0, 100),
                Arbitraries.longs().between(0, 100))
            .as((a, b, c, d, e) -> new long[] {a, b, c, d, e});
    return parts
        .list()
        .ofMaxSize(80)
        .map(
            list -> {
              List<Observation> observations = new ArrayList<>();
              long now = 0;
              for (long[] p : list) {
                now += p[0];
                observations.add(
                    new Observation(now, p[1], p[1] * p[2] / 100, p[1] * p[3] / 100, p[4] / 100.0));
              }
              return observations;
            });
  }
}
