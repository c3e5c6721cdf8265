package dev.offramp.stream;

import dev.offramp.stream.options.Nearest;
import dev.offramp.stream.options.Option;
import dev.offramp.stream.options.Options;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Asks Kafka, before the job is submitted, for what the job needs: a broker that answers and the
 * three topics. A submitted job that lacks them would restart for ever and say so in a log.
 */
final class KafkaCheck {
  private static final List<Option<String>> TOPICS =
      List.of(
          StreamOptions.SOURCE_TOPIC, StreamOptions.SINK_TOPIC, StreamOptions.DEAD_LETTERS_TOPIC);

  private static final String PROTOCOL = StreamOptions.KAFKA + "security.protocol";
  private static final String MECHANISM = StreamOptions.KAFKA + "sasl.mechanism";
  private static final String JAAS = StreamOptions.KAFKA + "sasl.jaas.config";
  private static final String TRUST_STORE = StreamOptions.KAFKA + "ssl.truststore.location";

  private static final String LOGIN_FORM =
      "it must be a login module's class, the word required, and settings with their values in"
          + " quotes and a semicolon behind the last, as in"
          + " org.apache.kafka.common.security.scram.ScramLoginModule required username=\"USER\""
          + " password=\"PASSWORD\";";

  /** How the JDK says that a certificate is another host's. */
  private static final Pattern WRONG_NAME =
      Pattern.compile("No subject alternative|No name matching");

  private final Options options;
  private final Duration patience;
  private final String brokers;

  /**
   * A check.
   *
   * @param patience how long a broker may take to answer
   */
  KafkaCheck(Options options, Duration patience) {
    this.options = options;
    this.patience = patience;
    this.brokers = shown(StreamOptions.BOOTSTRAP_SERVERS);
  }

  /**
   * Asks.
   *
   * @throws StartException tells what is missing
   */
  void run() {
    try (Admin admin = admin()) {
      answer(admin.describeCluster().nodes());
      List<String> faults = new ArrayList<>();
      Map<String, KafkaFuture<TopicDescription>> described =
          admin.describeTopics(TOPICS.stream().map(options::get).toList()).topicNameValues();
      for (Option<String> option : TOPICS) {
        fault(admin, option, described.get(options.get(option)), faults);
      }
      if (!faults.isEmpty()) {
        throw new StartException(String.join(System.lineSeparator(), faults));
      }
    }
  }

  /**
   * Finds where the source begins.
   *
   * @param warnings receives what the user should know of the consumer group
   * @throws StartException Kafka refuses to tell
   */
  SourceStart start(Consumer<String> warnings) {
    try (Admin admin = admin()) {
      return new SourceOffsets(options, admin).start(warnings);
    } catch (ExecutionException e) {
      throw new StartException(
          "the offsets of topic %s (%s) can't be read: %s"
              .formatted(
                  shown(StreamOptions.SOURCE_TOPIC),
                  where(StreamOptions.SOURCE_TOPIC),
                  options.redact(String.valueOf(e.getCause().getMessage()))));
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private Admin admin() {
    Properties properties = KafkaProperties.client(options);
    String millis = String.valueOf(patience.toMillis());
    properties.put("default.api.timeout.ms", millis);
    properties.put("request.timeout.ms", millis);
    try {
      return Admin.create(properties);
    } catch (KafkaException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof ConfigException && cause.getMessage().contains("No resolvable")) {
        throw unreachable("its name is not known to this machine's resolver", "");
      }
      String why = said(cause);
      if (why.contains("JAAS") || why.contains("LoginModule")) {
        // Kafka quotes the word that it stumbled over, which can be a piece of the password.
        throw new StartException("%s is no login: %s".formatted(where(JAAS), LOGIN_FORM));
      }
      throw new StartException("Kafka's client refuses the options under kafka.: " + why);
    }
  }

  private void fault(
      Admin admin,
      Option<String> option,
      KafkaFuture<TopicDescription> description,
      List<String> faults) {
    try {
      description.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        faults.add(missing(admin, option));
      } else {
        faults.add(
            "topic %s (%s) can't be used: %s"
                .formatted(
                    shown(option), where(option), options.redact(e.getCause().getMessage())));
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private String missing(Admin admin, Option<String> option) {
    String topic = options.get(option);
    Set<String> names = answer(admin.listTopics().names());
    return "topic %s (%s) does not exist at %s%s. Create it: kafka-topics.sh --bootstrap-server %s --create --topic %s"
        .formatted(
            shown(option),
            where(option),
            brokers,
            Nearest.to(topic, names).map(", the nearest there is %s"::formatted).orElse(""),
            brokers,
            shown(option));
  }

  private <T> T answer(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      String why = options.redact(String.valueOf(e.getCause().getMessage()));
      if (e.getCause() instanceof TimeoutException) {
        throw unreachable(
            "none within %d s".formatted(patience.toSeconds()),
            options.place(PROTOCOL).isPresent()
                ? "; check too that %s is what it asks for".formatted(where(PROTOCOL))
                : "; if it asks for TLS or a login, give " + PROTOCOL);
      }
      if (e.getCause() instanceof SslAuthenticationException tls) {
        throw new StartException(
            "no TLS with the Kafka broker at %s: %s. %s"
                .formatted(brokers, said(tls), mendTls(tls)));
      }
      if (e.getCause() instanceof AuthenticationException) {
        throw new StartException(
            "the Kafka broker at %s refuses the login: %s. Check user and password in %s, and that %s is what the broker asks for"
                .formatted(brokers, why, where(JAAS), where(MECHANISM)));
      }
      throw new StartException("the Kafka broker at %s refuses: %s".formatted(brokers, why));
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private StartException unreachable(String why, String more) {
    return new StartException(
        "no Kafka broker answers at %s: %s. Start it, or correct %s%s"
            .formatted(brokers, why, where(StreamOptions.BOOTSTRAP_SERVERS), more));
  }

  /** What to do about a handshake that failed. */
  private String mendTls(SslAuthenticationException failed) {
    boolean refused = false;
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      if (WRONG_NAME.matcher(String.valueOf(cause.getMessage())).find()) {
        return "Correct %s: it must name the broker as its certificate does"
            .formatted(where(StreamOptions.BOOTSTRAP_SERVERS));
      }
      refused |= cause instanceof CertificateException;
    }
    return refused
        ? "Put the broker's certificate, or the one that signed it, into the file that %s names"
            .formatted(where(TRUST_STORE))
        : "Check that %s is what the broker asks for, and the options under kafka.ssl."
            .formatted(where(PROTOCOL));
  }

  /** As {@link #messages}, without secrets. */
  private String said(Throwable failed) {
    return options.redact(messages(failed));
  }

  /** The messages of an exception and its causes, each once; they can hold secrets. */
  static String messages(Throwable failed) {
    String all = "";
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      String one = String.valueOf(cause.getMessage());
      if (!all.contains(one)) {
        all += (all.isEmpty() ? "" : ": ") + one;
      }
    }
    return all;
  }

  private String shown(Option<?> option) {
    return options.shown(option.key()).orElseThrow();
  }

  private String where(Option<?> option) {
    return where(option.key());
  }

  private String where(String key) {
    return key + options.place(key).map(" in "::concat).orElse("");
  }

  private static StartException interrupted() {
    Thread.currentThread().interrupt();
    return new StartException("interrupted while asking Kafka for its topics");
  }
}
