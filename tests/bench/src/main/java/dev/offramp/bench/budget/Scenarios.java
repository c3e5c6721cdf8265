package dev.offramp.bench.budget;

import java.util.List;

/** The loads that the controller is shown under. Stateless. */
final class Scenarios {
  /** Of the points of {@link Machine#CLINC150}: where load leaves room, and some is to be kept. */
  static final int USUAL = 5;

  private static final double DAY = 120;

  private Scenarios() {}

  /** All, in the order of the picture. */
  static List<Scenario> all() {
    int full = Machine.CLINC150.fullDepth();
    double floor = Machine.CLINC150.points().get(USUAL).accuracy();
    double usual = Machine.CLINC150.capacityAt(USUAL) / Machine.CLINC150.capacityAt(full);
    return List.of(
        Scenario.steady("steady", "Steady load, 70 % of what p5 can serve", USUAL, 0.7, 60),
        Scenario.steady("overload", "Overload, 120 % of what full depth can serve", full, 1.2, 60),
        burst("burst", "Burst, ten times the rate for one second"),
        burst("burst-unseen", "The same burst, budget 200 ms: late events don't tell of it")
            .budget(0.2),
        burst("burst-source", "The same burst, budget from when events were sent").sourceTime(),
        day(USUAL),
        Scenario.steady("slower", "Everything takes twice as long for 20 s", USUAL, 0.7, 60)
            .slower(2, 20, 40),
        Scenario.steady(
                "floor", "120 % of what p5 can serve, accuracy floor at p5", full, 1.2 * usual, 60)
            .floor(floor));
  }

  private static Scenario burst(String name, String title) {
    return Scenario.steady(name, title, USUAL, 0.7, 30).burst(5);
  }

  /** Two days of two minutes, from 15 % to 155 % of what the configured point can serve. */
  static Scenario day(int configured) {
    String title = "Two short days, 15 to 155 % of what p5 can serve";
    return Scenario.steady("day", title, configured, 1, 2 * DAY)
        .times(1.55, t -> 0.85 - 0.7 * Math.cos(2 * Math.PI * t / DAY));
  }
}
