package dev.offramp.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.runtime.ServingOptions;
import dev.offramp.runtime.SetKind;
import dev.offramp.stream.StreamOptions.Guarantee;
import dev.offramp.stream.StreamOptions.LatencyStart;
import dev.offramp.stream.StreamOptions.OutOfRange;
import dev.offramp.stream.StreamOptions.Start;
import dev.offramp.stream.options.Option;
import dev.offramp.stream.options.Options;
import dev.offramp.stream.options.OptionsException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamOptionsTest {
  static final String LEAST =
      """
      bundle: /models/intents
      source: {topic: events}
      sink: {topic: predictions}
      dead.letters: {topic: dead-letters}
      kafka: {bootstrap.servers: "localhost:9092"}
      """;

  @Test
  void defaults() {
    Options options = read();

    assertThat(options.get(StreamOptions.SOURCE_FORMAT)).isEqualTo(SourceFormat.AVRO);
    assertThat(options.get(StreamOptions.SOURCE_START)).isEqualTo(Start.COMMITTED);
    assertThat(StreamOptions.group(options)).isEqualTo("offramp:events:predictions");
    assertThat(options.get(StreamOptions.OUT_OF_RANGE)).isEqualTo(OutOfRange.FAIL);
    assertThat(options.get(StreamOptions.SINK_GUARANTEE)).isEqualTo(Guarantee.EXACTLY_ONCE);
    assertThat(options.find(StreamOptions.TRANSACTION_PREFIX)).isEmpty();
    assertThat(options.get(StreamOptions.DEVICE)).isEqualTo("auto");
    assertThat(options.get(StreamOptions.PREDICTION_SET)).isEqualTo(SetKind.LAC);
    assertThat(options.get(StreamOptions.PREDICTION_SET)).isEqualTo(ServingOptions.DEFAULT_SET);
    assertThat(options.get(StreamOptions.CONFIDENCE_LEVEL)).isEqualTo(0.95);
    assertThat(options.get(StreamOptions.LATENCY_START)).isEqualTo(LatencyStart.ARRIVAL);
    assertThat(options.get(StreamOptions.CHECKPOINT_INTERVAL)).isEqualTo(Duration.ofSeconds(10));
    assertThat(options.get(StreamOptions.OPERATORS)).isEqualTo(1);
    assertThat(
            List.<Option<?>>of(
                StreamOptions.POINT,
                StreamOptions.LATENCY_BUDGET,
                StreamOptions.BATCH_WAIT,
                StreamOptions.CAPACITY,
                StreamOptions.PARALLELISM))
        .allSatisfy(option -> assertThat(option.fallback()).isNull());
    assertThat(options.get(StreamOptions.CONFIDENCE_LEVEL)).isEqualTo(ServingOptions.DEFAULT_LEVEL);
  }

  @Test
  void requiredOnesAreToldTogether() {
    assertThatThrownBy(() -> StreamOptions.all().read("job.yaml", "", List.of(), Map.of()))
        .isInstanceOfSatisfying(
            OptionsException.class,
            e ->
                assertThat(e.faults())
                    .hasSize(5)
                    .anySatisfy(f -> assertThat(f).startsWith("bundle must be given: "))
                    .anySatisfy(f -> assertThat(f).startsWith("source.topic must be given: "))
                    .anySatisfy(f -> assertThat(f).startsWith("sink.topic must be given: "))
                    .anySatisfy(f -> assertThat(f).startsWith("dead.letters.topic must be given: "))
                    .anySatisfy(
                        f -> assertThat(f).startsWith("kafka.bootstrap.servers must be given: ")));
  }

  @Test
  void everyOptionIsRead() {
    Options options =
        read(
            "source.format=text",
            "source.start=latest",
            "source.group=g",
            "sink.guarantee=at-least-once",
            "sink.transaction.prefix=p",
            "device=cuda:1",
            "point=fast",
            "prediction.set=class-conditional",
            "confidence.level=0.9",
            "latency.budget=50 ms",
            "latency.start=kafka",
            "latency.batch.wait=5ms",
            "operators.count=3",
            "operators.capacity=256",
            "checkpoint.interval=1 min",
            "parallelism=4");

    assertThat(options.get(StreamOptions.BUNDLE)).isEqualTo("/models/intents");
    assertThat(options.get(StreamOptions.SOURCE_TOPIC)).isEqualTo("events");
    assertThat(options.get(StreamOptions.SINK_TOPIC)).isEqualTo("predictions");
    assertThat(options.get(StreamOptions.DEAD_LETTERS_TOPIC)).isEqualTo("dead-letters");
    assertThat(options.get(StreamOptions.BOOTSTRAP_SERVERS)).isEqualTo("localhost:9092");
    assertThat(options.get(StreamOptions.SOURCE_FORMAT)).isEqualTo(SourceFormat.TEXT);
    assertThat(options.get(StreamOptions.SOURCE_START)).isEqualTo(Start.LATEST);
    assertThat(options.get(StreamOptions.SOURCE_GROUP)).isEqualTo("g");
    assertThat(options.get(StreamOptions.SINK_GUARANTEE)).isEqualTo(Guarantee.AT_LEAST_ONCE);
    assertThat(options.get(StreamOptions.TRANSACTION_PREFIX)).isEqualTo("p");
    assertThat(options.get(StreamOptions.DEVICE)).isEqualTo("cuda:1");
    assertThat(options.get(StreamOptions.POINT)).isEqualTo("fast");
    assertThat(options.get(StreamOptions.PREDICTION_SET)).isEqualTo(SetKind.CLASS_CONDITIONAL);
    assertThat(options.get(StreamOptions.CONFIDENCE_LEVEL)).isEqualTo(0.9);
    assertThat(options.get(StreamOptions.LATENCY_BUDGET)).isEqualTo(Duration.ofMillis(50));
    assertThat(options.get(StreamOptions.LATENCY_START)).isEqualTo(LatencyStart.KAFKA);
    assertThat(options.get(StreamOptions.BATCH_WAIT)).isEqualTo(Duration.ofMillis(5));
    assertThat(options.get(StreamOptions.OPERATORS)).isEqualTo(3);
    assertThat(options.get(StreamOptions.CAPACITY)).isEqualTo(256);
    assertThat(options.get(StreamOptions.CHECKPOINT_INTERVAL)).isEqualTo(Duration.ofMinutes(1));
    assertThat(options.get(StreamOptions.PARALLELISM)).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "source.format=xml; source.format must be one of avro, text: xml (-D)",
        "source.start=Latest;"
            + " source.start must be one of earliest, latest, committed: Latest (-D)",
        "sink.guarantee=once; sink.guarantee must be one of exactly-once, at-least-once: once (-D)",
        "device=gpu; device must be auto, cpu or cuda:N: gpu (-D)",
        "prediction.set=aps;"
            + " prediction.set must be one of lac, raps, class-conditional: aps (-D)",
        "confidence.level=1; confidence.level must be between 0 and 1, both excluded: 1 (-D)",
        "confidence.level=NaN; confidence.level must be a number: NaN (-D)",
        "latency.budget=50; latency.budget must be a duration like 50 ms, 1 s or 2 min: 50 (-D)",
        "latency.budget=-5 ms; latency.budget must be positive: -5 ms (-D)",
        "latency.budget=0 ms; latency.budget must be positive: 0 ms (-D)",
        "latency.start=later; latency.start must be one of arrival, kafka: later (-D)",
        "latency.batch.wait=-1 ms; latency.batch.wait must be 0 ms or more: -1 ms (-D)",
        "operators.count=0; operators.count must be at least 1: 0 (-D)",
        "operators.count=two; operators.count must be a whole number: two (-D)",
        "operators.capacity=0; operators.capacity must be at least 1: 0 (-D)",
        "checkpoint.interval=1 ms; checkpoint.interval must be from 10 ms to 10 min: 1 ms (-D)",
        "checkpoint.interval=1 h; checkpoint.interval must be from 10 ms to 10 min: 1 h (-D)",
        "parallelism=0; parallelism must be at least 1: 0 (-D)",
        "source.topic=; source.topic has no value (-D)",
        "sink.topic=events; sink.topic must differ from source.topic: events (-D)",
        "dead.letters.topic=predictions;"
            + " dead.letters.topic must differ from sink.topic: predictions (-D)",
        "dead.letters.topic=events;"
            + " dead.letters.topic must differ from source.topic: events (-D)",
        "kafka.group.id=g; kafka.group.id can't be given (-D): option source.group sets it",
        "kafka.enable.auto.commit=true; kafka.enable.auto.commit can't be given (-D):"
            + " offsets are committed with checkpoints",
        "kafka=x; kafka is not an option but a group of options (-D): kafka.bootstrap.servers",
      })
  void wrongValueIsRefusedWithItsRule(String override, String message) {
    assertThatThrownBy(() -> read(override))
        .isInstanceOfSatisfying(
            OptionsException.class,
            e -> assertThat(e.faults()).singleElement().asString().isEqualTo(message));
  }

  @Test
  void exampleForDockerIsRight() {
    Options options = StreamOptions.read(Path.of("../../docker/job.yaml"), List.of(), Map.of());

    assertThat(options.get(StreamOptions.BUNDLE)).isEqualTo("/models/bundle");
    assertThat(options.get(StreamOptions.LATENCY_BUDGET)).isEqualTo(Duration.ofMillis(200));
  }

  @Test
  void withoutAFileTheOverridesSayAll() {
    List<String> all =
        List.of(
            "bundle=b",
            "source.topic=s",
            "sink.topic=p",
            "dead.letters.topic=d",
            "kafka.bootstrap.servers=k:1");
    assertThat(StreamOptions.read(null, all, Map.of()).get(StreamOptions.SOURCE_TOPIC))
        .isEqualTo("s");
  }

  @Test
  void waitLongerThanTheBudgetIsRefused() {
    assertThatThrownBy(() -> read("latency.budget=50 ms", "latency.batch.wait=60 ms"))
        .hasMessage("latency.batch.wait must be at most latency.budget: 60 ms > 50 ms (-D)");
  }

  @Test
  void kafkaPropertiesPassThroughWhole() {
    assertThat(
            read("kafka.security.protocol=SASL_SSL", "kafka.fetch.min.bytes=1")
                .under(StreamOptions.KAFKA))
        .containsOnly(
            Map.entry("bootstrap.servers", "localhost:9092"),
            Map.entry("security.protocol", "SASL_SSL"),
            Map.entry("fetch.min.bytes", "1"));
  }

  @Test
  void tableNamesEveryOptionWithItsDefault() {
    String table = StreamOptions.all().markdown();

    assertThat(table.lines()).hasSize(2 + StreamOptions.all().options().size());
    assertThat(table)
        .contains("| `source.topic` | text | required | Topic of events. |")
        .contains("| `checkpoint.interval` | duration, from 10 ms to 10 min | `10 s` |")
        .contains("| `sink.guarantee` | exactly-once, at-least-once | `exactly-once` |")
        .contains("| `point` | text |  |");
  }

  @Test
  void documentationHoldsTheTable() throws Exception {
    assertThat(Files.readString(Path.of("../../docs/options.md")))
        .contains(StreamOptions.all().markdown());
  }

  @Test
  void everyDefaultKeepsItsOwnRules() {
    assertThat(StreamOptions.all().options())
        .allSatisfy(option -> assertThat(keepsItsRules(option)).as(option.key()).isTrue());
  }

  private static <T> boolean keepsItsRules(Option<T> option) {
    return Optional.ofNullable(option.fallback()).map(option.range().allows()::test).orElse(true);
  }

  @Test
  void fileThatCannotBeTheOptionsIsNotRead(@TempDir Path folder) throws IOException {
    Path large = folder.resolve("large.yaml");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(3L << 30);
    }
    assertThatThrownBy(() -> StreamOptions.read(large, List.of(), Map.of()))
        .isInstanceOf(OptionsException.class)
        .hasMessageEndingWith("large.yaml holds more than 1048576 bytes: it can't be the options");
  }

  private static Options read(String... overrides) {
    return StreamOptions.all().read("job.yaml", LEAST, List.of(overrides), Map.of());
  }
}
