package dev.offramp.stream;

import dev.offramp.stream.options.Nearest;
import dev.offramp.stream.options.Options;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;

/**
 * The keys that Kafka's clients know, and what they take. Keys without the prefix {@code kafka.}.
 * Others are allowed, since plug-ins of the clients read keys of their own.
 */
final class KafkaKeys {
  /**
   * What Flink's connector reads from the same properties. By name, since options are also read
   * where Flink is absent.
   */
  private static final ConfigDef CONNECTOR =
      new ConfigDef()
          .define("client.id.prefix", ConfigDef.Type.STRING, "", Importance.LOW, "")
          .define("partition.discovery.interval.ms", ConfigDef.Type.LONG, 0L, Importance.LOW, "")
          .define("commit.offsets.on.checkpoint", ConfigDef.Type.BOOLEAN, true, Importance.LOW, "")
          .define("register.consumer.metrics", ConfigDef.Type.BOOLEAN, true, Importance.LOW, "")
          .define("register.producer.metrics", ConfigDef.Type.BOOLEAN, true, Importance.LOW, "")
          .define("flink.disable-metrics", ConfigDef.Type.BOOLEAN, false, Importance.LOW, "");

  private static final Map<String, ConfigKey> KNOWN = known();

  private KafkaKeys() {}

  private static Map<String, ConfigKey> known() {
    Map<String, ConfigKey> keys = new TreeMap<>();
    List.of(
            ProducerConfig.configDef(),
            ConsumerConfig.configDef(),
            AdminClientConfig.configDef(),
            CONNECTOR)
        .forEach(client -> client.configKeys().forEach(keys::putIfAbsent));
    return keys;
  }

  /** Whether a client, or the connector, reads a key. */
  static boolean isKnown(String key) {
    return KNOWN.containsKey(key);
  }

  /**
   * The known key that an unknown one is probably meant to be: it differs in case or separators
   * only, begins the known one, or differs by a few characters. Empty for known keys, and for
   * others.
   */
  static Optional<String> meant(String key) {
    if (isKnown(key)) {
      return Optional.empty();
    }
    Optional<String> written =
        KNOWN.keySet().stream()
            .filter(known -> plain(known).equals(plain(key)) || known.startsWith(key + '.'))
            .min(Comparator.comparingInt(String::length));
    int allowed = key.length() <= 8 ? 1 : key.length() <= 14 ? 2 : 3;
    return written.or(
        () ->
            Nearest.to(key, KNOWN.keySet())
                .filter(known -> Nearest.distance(key, known) <= allowed));
  }

  private static String plain(String key) {
    return key.toLowerCase(Locale.ROOT).replaceAll("[._-]", "");
  }

  /** What is wrong with values that Kafka's clients would refuse: key, value, place and rule. */
  static List<String> faults(Options options) {
    List<String> faults = new ArrayList<>();
    options
        .under(StreamOptions.KAFKA)
        .forEach(
            (key, value) ->
                rule(KNOWN.get(key), value)
                    .ifPresent(
                        rule -> {
                          String full = StreamOptions.KAFKA + key;
                          faults.add(
                              "%s must be %s: %s (%s)"
                                  .formatted(
                                      full,
                                      rule,
                                      options.shown(full).orElseThrow(),
                                      options.place(full).orElseThrow()));
                        }));
    return faults;
  }

  /** The rule that a value breaks, to follow "must be". */
  private static Optional<String> rule(ConfigKey key, String value) {
    // Classes can be on the cluster's class path alone.
    if (key == null || key.type == ConfigDef.Type.CLASS) {
      return Optional.empty();
    }
    Object parsed;
    try {
      parsed = ConfigDef.parseType(key.name, value, key.type);
    } catch (ConfigException e) {
      return Optional.of(
          switch (key.type) {
            case INT, SHORT, LONG -> "a whole number";
            case DOUBLE -> "a number";
            case BOOLEAN -> "true or false";
            default -> "a value that Kafka takes for its type " + key.type;
          });
    }
    try {
      if (key.validator != null) {
        key.validator.ensureValid(key.name, parsed);
      }
      return Optional.empty();
    } catch (ConfigException e) {
      // A validator prints as its rule: "[0,...]", "[read_committed, read_uncommitted]".
      return Optional.of("within Kafka's bounds for it, " + key.validator);
    }
  }
}
