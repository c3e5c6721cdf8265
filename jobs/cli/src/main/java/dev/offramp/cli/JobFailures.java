package dev.offramp.cli;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Counts a job's failures by cause, and says when one is worth a line. One thread. */
final class JobFailures {
  private static final String CAUSE = "Caused by: ";

  private final Map<String, Integer> counts = new HashMap<>();

  /**
   * Counts a failure.
   *
   * @param stackTrace as Flink keeps it
   * @return a line for the terminal, for the first failure of a cause and for every tenfold number
   *     of them
   */
  Optional<String> add(String stackTrace) {
    String cause = rootCause(stackTrace);
    int count = counts.merge(cause, 1, Integer::sum);
    if (count == 1) {
      return Optional.of("The job failed: " + cause);
    }
    return isPowerOfTen(count)
        ? Optional.of("The job has failed %d times: %s".formatted(count, cause))
        : Optional.empty();
  }

  /** The message of the innermost cause of a stack trace, with its class. */
  static String rootCause(String stackTrace) {
    int at = stackTrace.lastIndexOf(CAUSE);
    String cause = at < 0 ? stackTrace : stackTrace.substring(at + CAUSE.length());
    // A message can have several lines; the frames begin behind them.
    int frames = cause.indexOf("\n\tat ");
    return (frames < 0 ? cause : cause.substring(0, frames)).strip();
  }

  private static boolean isPowerOfTen(int count) {
    int rest = count;
    while (rest % 10 == 0) {
      rest /= 10;
    }
    return rest == 1;
  }
}
