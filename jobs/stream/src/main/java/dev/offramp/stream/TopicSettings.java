package dev.offramp.stream;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.record.CompressionType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a topic's settings, or the broker's in their place, say of its records.
 *
 * @param topic its name
 * @param maxBytes the largest batch that it takes, {@code max.message.bytes}
 * @param compression how it stores batches; null: as the producer sends them
 * @param compacted whether it keeps only the latest record of each key, and refuses those without
 */
record TopicSettings(String topic, int maxBytes, CompressionType compression, boolean compacted) {
  static final String MAX_BYTES = "max.message.bytes";

  private static final Logger LOG = LoggerFactory.getLogger(TopicSettings.class);
  private static final String COMPRESSION = "compression.type";
  private static final String CLEANUP = "cleanup.policy";
  private static final Map<String, String> DEFAULTS =
      Map.of(MAX_BYTES, "1048588", COMPRESSION, "producer", CLEANUP, "delete");

  /** Of a topic whose settings are known by their names; those not given are Kafka's defaults. */
  static TopicSettings of(String topic, Map<String, String> given) {
    Map<String, String> all = new HashMap<>(DEFAULTS);
    all.putAll(given);
    String compression = all.get(COMPRESSION).toLowerCase(Locale.ROOT);
    return new TopicSettings(
        topic,
        Integer.parseInt(all.get(MAX_BYTES)),
        switch (compression) {
          case "producer" -> null;
          case "uncompressed" -> CompressionType.NONE;
          default -> CompressionType.forName(compression);
        },
        all.get(CLEANUP).contains("compact"));
  }

  /**
   * Asks Kafka. Where the job may not read the settings, they are Kafka's defaults, with a warning.
   *
   * @throws KafkaException Kafka doesn't answer, or there is no such topic
   */
  static TopicSettings ask(Admin admin, String topic) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Map<String, String> given = new HashMap<>();
    try {
      admin
          .describeConfigs(List.of(resource))
          .all()
          .get()
          .get(resource)
          .entries()
          .forEach(entry -> given.put(entry.name(), entry.value()));
    } catch (ExecutionException e) {
      String why = e.getCause().getMessage();
      if (!(e.getCause() instanceof AuthorizationException
          || e.getCause() instanceof UnsupportedVersionException)) {
        throw new KafkaException(
            "the settings of topic %s can't be read: %s".formatted(topic, why), e.getCause());
      }
      LOG.warn(
          "The settings of topic {} can't be read ({}). The job assumes Kafka's default, {}={}: where the topic takes"
              + " less, allow the job's user DESCRIBE_CONFIGS on it, else one large record can stop the job.",
          topic,
          why,
          MAX_BYTES,
          DEFAULTS.get(MAX_BYTES));
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
    return of(topic, given);
  }

  /**
   * Asks Kafka by a client of its own.
   *
   * @param client properties of any of Kafka's clients
   * @throws KafkaException Kafka doesn't answer, or there is no such topic
   */
  static TopicSettings ask(Properties client, String topic) {
    Properties properties = new Properties();
    properties.putAll(client);
    // The producer has this id already, and metrics of one id can be registered once.
    properties.remove("client.id");
    try (Admin admin = Admin.create(properties)) {
      return ask(admin, topic);
    }
  }
}
