package dev.offramp.bench;

/** One way to classify the workload, whose speed is measured. */
interface Opponent {
  /** Short and unique; ratios are named by it. */
  String name();

  /** What it does, for people. */
  String description();

  /** Whether its plan must say at which exit each event leaves. */
  default boolean needsExits() {
    return false;
  }

  /**
   * Classifies the events numbered from 0 to before {@code plan.meter().events()}, tells the meter
   * of each as it leaves, and returns when all have left and its threads have ended.
   *
   * @throws Exception it could not; then nothing was measured
   */
  void run(Plan plan) throws Exception;
}
