package dev.offramp.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.offramp.cli.OfframpCommand;
import dev.offramp.flink.Received;
import dev.offramp.kit.BrokerCertificate;
import dev.offramp.kit.LocalKafka;
import dev.offramp.runtime.ChangedStage;
import dev.offramp.runtime.TinyBundle;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.Prediction;
import dev.offramp.stream.StreamJob;
import dev.offramp.stream.StreamOptions;
import dev.offramp.stream.options.Options;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.client.JobCancellationException;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.InjectClusterRESTAddress;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The job over TLS with a login: it works, and nothing that people see shows a password. */
@Timeout(300)
class SecuredJobTest {
  private static final String PASSWORD = "opensesame4711donottell";
  private static final String WRONG = "wrongsesame4712donottell";
  private static final int EVENTS = 2_000;

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  @TempDir Path folder;
  private final LogCapture log = new LogCapture();
  private LocalKafka broker;
  private Topics topics;
  private Path bundle;
  private Secrets secrets;

  /** Fails once, when half of the events have come. */
  private static final class FailsOnce implements MapFunction<Received, Received> {
    private static final AtomicBoolean FAILED = new AtomicBoolean();

    @Override
    public Received map(Received received) {
      if (received.event().getId().equals("event-" + EVENTS / 2)
          && FAILED.compareAndSet(false, true)) {
        throw new IllegalStateException("fails on purpose");
      }
      return received;
    }
  }

  @BeforeEach
  void start() throws Exception {
    broker = LocalKafka.startSecured("alice", PASSWORD);
    topics = new Topics(broker, 2);
    bundle = folder.resolve("tiny");
    TinyBundle.writeText(bundle);
    secrets = new Secrets(PASSWORD, WRONG, broker.certificate().password());
  }

  @AfterEach
  void stop() {
    topics.close();
    log.close();
  }

  @Test
  void servesEachEventOnceAndShowsNoSecret(@InjectClusterRESTAddress URI rest) throws Exception {
    Path config = config(PASSWORD, broker.certificate(), true);
    Options options =
        StreamOptions.read(
            config,
            List.of(),
            Map.of("KAFKA_LOGIN", login(PASSWORD), "STORE", broker.certificate().password()));
    secrets.assertNotIn("the options, printed", options.toString() + options.toMap());
    secrets.assertNotIn("the table of options", StreamOptions.all().markdown());

    FailsOnce.FAILED.set(false);
    StreamExecutionEnvironment env = environment("fixed-delay");
    StreamJob.build(
        env,
        options,
        events -> StreamJob.classify(events.map(new FailsOnce()).returns(Received.class), options));
    JobClient job = env.executeAsync("secured");
    List<String> ids = new ArrayList<>();
    Random random = new Random(3);
    for (int i = 0; i < EVENTS; i++) {
      ids.add("event-" + i);
      topics.send(new Event("event-" + i, TinyBundle.text(random), null, null));
    }
    topics.sent();
    assertThat(topics.predictions(EVENTS).stream().map(Prediction::getEventId))
        .containsExactlyInAnyOrderElementsOf(ids);
    assertThat(FailsOnce.FAILED).as("it failed and went on").isTrue();

    Map<String, String> pages = new WebUi(rest).pages(job.getJobID().toString());
    assertThat(pages.get("/jobs/" + job.getJobID() + "/exceptions")).contains("on purpose");
    assertThat(pages.get("/jobs/" + job.getJobID() + "/plan")).contains("Source: events");
    assertThat(pages.get("/jobs/" + job.getJobID() + "/config")).contains("user-config");
    assertThat(pages.get("/jobmanager/config")).contains("taskmanager.");
    pages.forEach(secrets::assertNotIn);
    job.triggerSavepoint(
            folder.resolve("savepoints").toUri().toString(), SavepointFormatType.CANONICAL)
        .get();
    // Not stopped: of a job that ends Flink keeps no checkpoint.
    job.cancel().get();
    assertThat(catchThrowable(() -> job.getJobExecutionResult().get()))
        .hasRootCauseInstanceOf(JobCancellationException.class);
    assertThat(secrets.assertNotInFiles(folder.resolve("savepoints"))).isPositive();
    assertThat(secrets.assertNotInFiles(folder.resolve("checkpoints"))).isPositive();
    assertThat(log.text()).contains("sasl.jaas.config = [hidden]");
    secrets.assertNotIn("the log", log.text());
  }

  @Test
  void secretThatIsLoggedWouldBeFound() {
    LoggerFactory.getLogger("dev.offramp.Careless")
        .debug("connecting", new IllegalStateException("with " + PASSWORD));
    assertThatThrownBy(() -> secrets.assertNotIn("the log", log.text()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("the log holds a secret")
        .hasMessageNotContaining(PASSWORD);
  }

  @Test
  void whatGoesWrongShowsNoSecret() throws Exception {
    BrokerCertificate right = broker.certificate();
    Path good = config(PASSWORD, right, false);
    assertThat(run(2, good, "-Dkafka.sasl.jaas.config " + WRONG)).contains("-D takes key=value");
    assertThat(run(2, good, "-Dkafka=" + WRONG)).contains("kafka is not an option");
    assertThat(run(2, good, "-Dlatency.budget=${KAFKA_NO_LOGIN}")).contains("is not set");
    assertThat(run(1, good, "-Dkafka.bootstrap.servers=127.0.0.1:1")).contains("no Kafka broker");
    assertThat(run(1, good, "-Dkafka.sasl.jaas.config=" + WRONG)).contains("is no login");
    assertThat(run(1, config(WRONG, right, false))).contains("refuses the login");
    Path elsewhere = Files.createDirectory(folder.resolve("other"));
    BrokerCertificate other = BrokerCertificate.make(elsewhere);
    assertThat(run(1, config(PASSWORD, other, false))).contains("Put the broker's certificate");
    assertThat(
            run(
                1,
                config(
                    PASSWORD,
                    new BrokerCertificate(right.keyStore(), right.trustStore(), WRONG),
                    false)))
        .contains("password was incorrect");
    secrets.assertNotIn("the log", log.text());
  }

  @Test
  void jobThatFailsShowsNoSecret(@InjectClusterRESTAddress URI rest) throws Exception {
    ChangedStage.unloadable(bundle, 1);
    Path config = config(PASSWORD, broker.certificate(), false);
    assertThat(run(1, config)).contains("stage-1.onnx can't be loaded");

    Options options = StreamOptions.read(config, List.of(), Map.of());
    StreamExecutionEnvironment env = environment("none");
    StreamJob.build(env, options);
    JobClient job = env.executeAsync("fails");
    Throwable thrown = catchThrowable(() -> job.getJobExecutionResult().get());
    assertThat(thrown).hasStackTraceContaining("stage-1.onnx can't be loaded");
    secrets.assertNotIn("the failure", thrown);
    new WebUi(rest).pages(job.getJobID().toString()).forEach(secrets::assertNotIn);
    secrets.assertNotIn("the log", log.text());
  }

  @Test
  void inspectShowsNoSecret() throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, UTF_8));
    try {
      Path json = folder.resolve("inspect.json");
      assertThat(OfframpCommand.run("inspect", bundle.toString(), "--json", json.toString()))
          .isZero();
      secrets.assertNotIn("inspect", out.toString(UTF_8) + Files.readString(json));
    } finally {
      System.setOut(before);
    }
  }

  /** Runs the job as its main method does; what it prints, which must hold no secret. */
  private String run(int code, Path config, String... overrides) {
    List<String> args = new ArrayList<>(List.of("--config", config.toString()));
    args.addAll(List.of(overrides));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, UTF_8);
    assertThat(StreamJob.run(environment("none"), args.toArray(String[]::new), out, out))
        .isEqualTo(code);
    String said = bytes.toString(UTF_8);
    secrets.assertNotIn("what is printed", said);
    return said;
  }

  private StreamExecutionEnvironment environment(String restart) {
    Configuration conf = new Configuration();
    conf.set(RestartStrategyOptions.RESTART_STRATEGY, restart);
    conf.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);
    conf.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ZERO);
    conf.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        folder.resolve("checkpoints").toUri().toString());
    conf.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(conf);
    env.setParallelism(2);
    return env;
  }

  private static String login(String password) {
    return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"alice\" password=\"%s\";"
        .formatted(password);
  }

  /**
   * The options' file.
   *
   * @param fromEnvironment whether it names variables instead of holding the secrets
   */
  private Path config(String password, BrokerCertificate trusted, boolean fromEnvironment)
      throws Exception {
    return Files.writeString(
        Files.createTempDirectory(folder, "config").resolve("job.yaml"),
        """
        bundle: %s
        source: {topic: events, start: earliest}
        sink: {topic: predictions}
        dead.letters.topic: dead-letters
        device: cpu
        checkpoint.interval: 200 ms
        kafka:
          bootstrap.servers: "%s"
          security.protocol: SASL_SSL
          sasl.mechanism: SCRAM-SHA-256
          sasl.jaas.config: %s
          ssl.truststore.location: %s
          ssl.truststore.type: PKCS12
          ssl.truststore.password: %s
        """
            .formatted(
                bundle,
                broker.securedServers(),
                fromEnvironment ? "${KAFKA_LOGIN}" : login(password),
                trusted.trustStore(),
                fromEnvironment ? "${STORE}" : trusted.password()));
  }
}
