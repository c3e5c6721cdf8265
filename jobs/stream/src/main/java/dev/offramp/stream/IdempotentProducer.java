package dev.offramp.stream;

import dev.offramp.stream.options.Options;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What transactions ask of a producer's options. Kafka's client refuses others without a word on
 * the option that is at fault.
 */
final class IdempotentProducer {
  /** An option's rule: which values keep it, and what follows "must be". */
  private record Rule(Predicate<String> keeps, String text) {}

  private static final Map<String, Rule> RULES =
      new TreeMap<>(
          Map.of(
              "enable.idempotence", new Rule(value -> value.equalsIgnoreCase("true"), "true"),
              "acks", new Rule(value -> value.equals("all") || value.equals("-1"), "all"),
              "retries", new Rule(value -> Long.parseLong(value) > 0, "at least 1"),
              "max.in.flight.requests.per.connection",
                  new Rule(value -> Long.parseLong(value) <= 5, "at most 5")));

  private IdempotentProducer() {}

  /** What is wrong with values that are right one by one: key, value, place and rule. */
  static List<String> faults(Options options) {
    List<String> faults = new ArrayList<>();
    if (!StreamOptions.exactlyOnce(options)) {
      return faults;
    }
    Map<String, String> given = options.under(StreamOptions.KAFKA);
    RULES.forEach(
        (key, rule) -> {
          if (given.containsKey(key) && !rule.keeps().test(given.get(key).strip())) {
            String full = StreamOptions.KAFKA + key;
            faults.add(
                "%s must be %s, since %s exactly-once writes in transactions: %s (%s)"
                    .formatted(
                        full,
                        rule.text(),
                        StreamOptions.SINK_GUARANTEE.key(),
                        options.shown(full).orElseThrow(),
                        options.place(full).orElseThrow()));
          }
        });
    return faults;
  }
}
