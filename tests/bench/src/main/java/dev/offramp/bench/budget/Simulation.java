package dev.offramp.bench.budget;

import dev.offramp.runtime.BudgetController.Move;
import java.util.ArrayList;
import java.util.List;

/**
 * Serves a scenario's load in virtual time with the budget controller that the job uses: each
 * runner has its share of the load and a controller of its own. The same seed gives the same
 * result. Stateless.
 */
final class Simulation {
  /**
   * A move of one runner's controller.
   *
   * @param second since the beginning
   */
  record MoveAt(double second, int runner, Move move) {}

  /** What came of it: all that happened, and the moves runner by runner. */
  record Result(Scenario scenario, Timeline timeline, List<MoveAt> moves) {}

  private Simulation() {}

  /** Serves it. */
  static Result run(Scenario scenario, long seed) {
    Timeline timeline = new Timeline(scenario.seconds());
    List<MoveAt> moves = new ArrayList<>();
    for (int runner = 0; runner < scenario.machine().runners(); runner++) {
      int number = runner;
      new Plant(
              scenario,
              31 * seed + runner,
              timeline,
              (second, move) -> moves.add(new MoveAt(second, number, move)))
          .run();
    }
    return new Result(scenario, timeline, moves);
  }
}
