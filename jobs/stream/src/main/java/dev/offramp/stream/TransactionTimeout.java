package dev.offramp.stream;

import dev.offramp.stream.options.Options;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The rule between {@code kafka.transaction.timeout.ms} and checkpoints. A transaction is open from
 * one checkpoint until the next is complete: the broker must not abort it before.
 */
final class TransactionTimeout {
  private static final String KEY = "transaction.timeout.ms";
  private static final String OPTION = StreamOptions.KAFKA + KEY;
  private static final Duration LEAST_MARGIN = Duration.ofSeconds(1);

  private TransactionTimeout() {}

  /** The timeout of the sinks' transactions. */
  static Duration of(Options options) {
    return Duration.ofMillis(
        Long.parseLong(KafkaProperties.sink(options).getProperty(KEY).strip()));
  }

  /**
   * A timeout that checkpoints can't meet. A checkpoint takes time, so half an interval and at
   * least a second must be left for it.
   */
  static List<String> faults(Options options) {
    if (!StreamOptions.exactlyOnce(options)) {
      return List.of();
    }
    Duration interval = options.get(StreamOptions.CHECKPOINT_INTERVAL);
    Duration half = interval.dividedBy(2);
    Duration least = interval.plus(half.compareTo(LEAST_MARGIN) > 0 ? half : LEAST_MARGIN);
    if (of(options).compareTo(least) >= 0) {
      return List.of();
    }
    return List.of(
        "%s must be at least %d, since a transaction is open from one checkpoint until the next is complete: %s (%s) with checkpoint.interval %s (%s). Raise %s, or lower checkpoint.interval"
            .formatted(
                OPTION,
                least.toMillis(),
                shown(options, OPTION, String.valueOf(of(options).toMillis())),
                place(options, OPTION),
                shown(
                    options,
                    StreamOptions.CHECKPOINT_INTERVAL.key(),
                    StreamOptions.CHECKPOINT_INTERVAL.printedFallback().orElseThrow()),
                place(options, StreamOptions.CHECKPOINT_INTERVAL.key()),
                OPTION));
  }

  /**
   * A warning where a checkpoint that takes as long as Flink allows outlasts the timeout.
   *
   * @param checkpoint Flink's {@code execution.checkpointing.timeout}
   */
  static Optional<String> warning(Options options, Duration checkpoint) {
    if (!StreamOptions.exactlyOnce(options)) {
      return Optional.empty();
    }
    Duration interval = options.get(StreamOptions.CHECKPOINT_INTERVAL);
    Duration longest = interval.plus(checkpoint);
    if (of(options).compareTo(longest) >= 0) {
      return Optional.empty();
    }
    return Optional.of(
        "%s is %d ms, less than checkpoint.interval and execution.checkpointing.timeout together (%d ms): a checkpoint may take longer than its transactions last, and the broker then aborts them, which makes the job restart. Watch the time since the last completed checkpoint"
            .formatted(OPTION, of(options).toMillis(), longest.toMillis()));
  }

  private static String shown(Options options, String key, String fallback) {
    return options.shown(key).orElse(fallback);
  }

  private static String place(Options options, String key) {
    return options.place(key).orElse("the default");
  }
}
