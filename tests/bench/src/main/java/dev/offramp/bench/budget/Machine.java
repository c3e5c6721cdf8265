package dev.offramp.bench.budget;

import dev.offramp.runtime.BudgetController.Point;
import java.util.List;

/**
 * What serves events in a simulation. A batch takes its events' overhead and network time by their
 * costs, and once the time in which the network's weights stream through the processor, which a
 * batch of the usual size has paid in full.
 *
 * @param runners each with its own share of the input and a controller of its own
 * @param overheadSeconds beside the network, an event
 * @param networkSeconds at full depth, an event in a batch of the usual size
 * @param streamingSeconds at full depth, a batch
 * @param batch events that run together at most
 * @param capacity events in flight in one runner before its input waits unread
 * @param points what the controller moves along
 */
record Machine(
    int runners,
    double overheadSeconds,
    double networkSeconds,
    double streamingSeconds,
    int batch,
    int capacity,
    List<Point> points) {

  /**
   * After bge-small on CLINC150 (eleven tokens a text), two cores: 5.3 ms a text and core at full
   * depth in full batches, .045 ms around it, and 3.2 ms a call for the weights, so that a text
   * alone takes 8.1 ms. Costs and accuracies are those of one fit's operating points; each fit has
   * others.
   */
  static final Machine CLINC150 =
      new Machine(
          2,
          0.000045,
          0.0053,
          0.0032,
          8,
          128,
          List.of(
              new Point("p0", .932, .0003),
              new Point("p1", .946, .012),
              new Point("p2", .954, .037),
              new Point("p3", .957, .058),
              new Point("p4", .960, .073),
              new Point("p5", .963, .119),
              new Point("p6", .965, .170),
              new Point("p7", .967, .234),
              new Point("full", .968, 1)));

  /** Index of the point of full depth. */
  int fullDepth() {
    return points.size() - 1;
  }

  /** Events a second that all runners together can serve at a point. */
  double capacityAt(int point) {
    return runners / secondsOf(points.get(point).cost());
  }

  /** Seconds of an event of this cost in a batch of the usual size. */
  double secondsOf(double cost) {
    return overheadSeconds + cost * networkSeconds;
  }

  /** Seconds that the network takes for a batch of events of these costs together. */
  double networkSecondsOf(double costs, int events) {
    double marginal = networkSeconds - streamingSeconds / batch;
    return events == 0 ? 0 : costs * marginal + costs / events * streamingSeconds;
  }
}
