package dev.offramp.bench.budget;

/**
 * A simulation in figures.
 *
 * @param scenario its name
 * @param events that arrived
 * @param left that left; all, since what is unread at the end of the load is served too
 * @param lateShare of all events
 * @param forcedShare of all events
 * @param lateShareSecondHalf of those that left in the second half
 * @param badShareSecondHalf late or forced, of those that left in the second half
 * @param moves of all runners
 * @param movesSecondHalf of these, in the second half
 * @param recoverySeconds from the disturbance until a second begins in which nothing is unread and
 *     no more events are late than may be; NaN: nothing to recover from; infinite: never
 * @param mostUnread the largest backlog
 * @param unreadAtEnd the backlog at the end of the load
 * @param meanAccuracy expected, of all events; forced ones at the cheapest point's
 * @param lastPoint mean index of the runners' points at the end
 */
record Summary(
    String scenario,
    long events,
    long left,
    double lateShare,
    double forcedShare,
    double lateShareSecondHalf,
    double badShareSecondHalf,
    int moves,
    int movesSecondHalf,
    double recoverySeconds,
    long mostUnread,
    long unreadAtEnd,
    double meanAccuracy,
    double lastPoint) {

  private static final int SECOND = (int) Math.round(1 / Timeline.SLOT);

  /** That of a simulation. */
  static Summary of(Simulation.Result result) {
    Timeline timeline = result.timeline();
    int half = timeline.size() / 2;
    Timeline.Slot all = sum(timeline, 0, timeline.size());
    Timeline.Slot second = sum(timeline, half, timeline.size());
    add(all, timeline.after());
    add(second, timeline.after());
    Timeline.Slot last = timeline.get(timeline.size() - 1);
    double middle = result.scenario().seconds() / 2;
    return new Summary(
        result.scenario().name(),
        all.arrived,
        all.left,
        share(all.late, all.left),
        share(all.forced, all.left),
        share(second.late, second.left),
        share(second.bad, second.left),
        result.moves().size(),
        (int) result.moves().stream().filter(m -> m.second() >= middle).count(),
        recovery(result),
        all.unread,
        last.unread,
        all.accuracy / Math.max(1, all.left),
        last.point);
  }

  private static double share(long part, long whole) {
    return part / (double) Math.max(1, whole);
  }

  /** Counts added up; of the backlog the largest. */
  private static Timeline.Slot sum(Timeline timeline, int from, int to) {
    Timeline.Slot sum = new Timeline.Slot();
    for (int i = from; i < to; i++) {
      add(sum, timeline.get(i));
    }
    return sum;
  }

  private static void add(Timeline.Slot sum, Timeline.Slot slot) {
    sum.arrived += slot.arrived;
    sum.left += slot.left;
    sum.late += slot.late;
    sum.forced += slot.forced;
    sum.bad += slot.bad;
    sum.accuracy += slot.accuracy;
    sum.unread = Math.max(sum.unread, slot.unread);
  }

  private static double recovery(Simulation.Result result) {
    double disturbedAt = result.scenario().disturbedAt();
    if (Double.isNaN(disturbedAt)) {
      return Double.NaN;
    }
    Timeline timeline = result.timeline();
    int first = (int) Math.round(disturbedAt / Timeline.SLOT);
    for (int i = first + SECOND; i + SECOND <= timeline.size(); i++) {
      Timeline.Slot second = sum(timeline, i, i + SECOND);
      double allowed = result.scenario().settings().allowance() * second.left;
      if (second.unread == 0 && second.late <= allowed) {
        return (i - first) * Timeline.SLOT;
      }
    }
    return Double.POSITIVE_INFINITY;
  }
}
