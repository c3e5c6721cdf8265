package dev.offramp.runtime;

/**
 * Whether something happens more often than it may: Page's cumulative sum (Continuous inspection
 * schemes, Biometrika 1954). What goes beyond the allowed share adds up, what stays below pays it
 * back, never below nothing. So a large excess is found at once and a small one in time, without a
 * window whose length fits only one of them, and however often one looks. One thread.
 */
final class Excess {
  private final double allowed;
  private final double limit;
  private double sum;
  private double amount;
  private double whole;

  /**
   * Finds shares above what is allowed.
   *
   * @param allowed share of the whole
   * @param limit how much must have gone beyond it, in the unit of the amounts
   */
  Excess(double allowed, double limit) {
    this.allowed = allowed;
    this.limit = limit;
  }

  /** So much of a whole. */
  void add(double part, double of) {
    sum += part - allowed * of;
    amount += part;
    whole += of;
    if (!(sum > 0)) {
      reset();
    }
  }

  /** Whether the excess has reached this part of the limit. */
  boolean over(double part) {
    return sum >= limit * part;
  }

  /** Forgets all. */
  void reset() {
    sum = 0;
    amount = 0;
    whole = 0;
  }

  /** What was counted since the excess was last nothing. */
  double amount() {
    return amount;
  }

  /** Of how much. */
  double whole() {
    return whole;
  }
}
