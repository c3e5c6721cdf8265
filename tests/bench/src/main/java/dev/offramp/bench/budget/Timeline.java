package dev.offramp.bench.budget;

/** What happened in each tenth of a second of a simulation, of all runners together. One thread. */
final class Timeline {
  /** Seconds of a slot. */
  static final double SLOT = 0.1;

  /** What happened in one slot; point, busy and unread are those at its end. */
  static final class Slot {
    long arrived;
    long left;
    long late;
    long forced;
    long bad;
    long unread;
    double accuracy;
    double point;
    double busy;
  }

  private final Slot[] slots;
  private final Slot after = new Slot();

  Timeline(double seconds) {
    slots = new Slot[(int) Math.ceil(seconds / SLOT - 1e-9)];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = new Slot();
    }
  }

  /** How many there are. */
  int size() {
    return slots.length;
  }

  /** The slot of this number. */
  Slot get(int number) {
    return slots[number];
  }

  /** The slot at a second. */
  Slot at(double second) {
    int number = (int) (second / SLOT);
    return number < slots.length ? slots[number] : after;
  }

  /** What happened after the end: events that were still there left. */
  Slot after() {
    return after;
  }
}
