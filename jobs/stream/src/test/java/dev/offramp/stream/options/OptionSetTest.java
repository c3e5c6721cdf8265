package dev.offramp.stream.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionSetTest {
  private static final Option<Duration> BUDGET =
      Option.of("latency.budget", OptionType.DURATION, "the budget");
  private static final Option<String> TOPIC =
      Option.of("source.topic", OptionType.TEXT, "the topic");
  private static final Option<String> TOKEN = Option.of("api.token", OptionType.TEXT, "a token");
  private static final Option<Integer> COUNT =
      Option.of("secret.count", OptionType.INTEGER, "a number nobody may see");
  private static final OptionSet SET =
      new OptionSet(List.of(BUDGET, TOPIC, TOKEN, COUNT), "kafka.", options -> List.of());

  @Test
  void nestedAndDottedKeysAreTheSame() {
    String nested = "latency:\n  budget: 1 s\n";
    assertThat(read(nested).get(BUDGET)).isEqualTo(Duration.ofSeconds(1));
    assertThat(read("latency.budget: 1 s").get(BUDGET)).isEqualTo(Duration.ofSeconds(1));
    assertThat(read("kafka: {sasl: {jaas.config: x}, a.b: y}").under("kafka."))
        .containsOnly(Map.entry("sasl.jaas.config", "x"), Map.entry("a.b", "y"));
  }

  @Test
  void textsStayAsWritten() {
    assertThat(read("kafka: {a: 010, b: yes, c: 1e3, d: ' x '}").under("kafka."))
        .containsOnly(
            Map.entry("a", "010"),
            Map.entry("b", "yes"),
            Map.entry("c", "1e3"),
            Map.entry("d", " x "));
  }

  @Test
  void listIsItsItemsWithCommas() {
    assertThat(read("kafka:\n  bootstrap.servers: [a:1, b:2]\n").under("kafka."))
        .containsEntry("bootstrap.servers", "a:1,b:2");
  }

  @Test
  void laterOverridesWin() {
    Options options =
        SET.read(
            "job.yaml",
            "source.topic: file",
            List.of("source.topic=first", "source.topic = second "),
            Map.of());
    assertThat(options.get(TOPIC)).isEqualTo("second");
    assertThat(options.place("source.topic")).contains("-D");
  }

  @Test
  void unknownKeyIsRefusedWithTheNearestAndItsPlace() {
    assertThatThrownBy(() -> read("source.topic: x\nlatency:\n  buget: 1 s\n"))
        .isInstanceOf(OptionsException.class)
        .hasMessage(
            "unknown option latency.buget (job.yaml, line 3): did you mean latency.budget?");
  }

  @Test
  void groupGivenAValueSaysWhatItHolds() {
    assertThatThrownBy(() -> read("source: events"))
        .hasMessage(
            "source is not an option but a group of options (job.yaml, line 1): source.topic");
  }

  @Test
  void optionGivenAGroupIsUnknownInside() {
    assertThatThrownBy(() -> read("source:\n  topic: {name: x}\n"))
        .hasMessage(
            "unknown option source.topic.name (job.yaml, line 2): did you mean source.topic?");
  }

  @Test
  void keyGivenTwiceIsRefusedWithBothPlaces() {
    assertThatThrownBy(() -> read("source.topic: a\nsource: {topic: b}\n"))
        .hasMessage("source.topic is given twice (job.yaml, line 1; job.yaml, line 2)");
  }

  @Test
  void faultsAreToldTogether() {
    assertThatThrownBy(() -> read("latency.budget: 5\nfoo: 1\nsource.topic:\n"))
        .isInstanceOfSatisfying(
            OptionsException.class,
            e ->
                assertThat(e.faults())
                    .containsExactly(
                        "latency.budget must be a duration like 50 ms, 1 s or 2 min: 5 (job.yaml,"
                            + " line 1)",
                        "unknown option foo (job.yaml, line 2): did you mean api.token?",
                        "source.topic has no value (job.yaml, line 3)"))
        .hasMessageStartingWith("3 faults in the options:");
  }

  @Test
  void overrideWithoutEqualsIsRefused() {
    assertThatThrownBy(() -> SET.read("job.yaml", "", List.of("source.topic"), Map.of()))
        .hasMessage("-D takes key=value, and one of them has no key or no =");
  }

  @Test
  void environmentIsFilledIn() {
    Map<String, String> environment = Map.of("HOST", "broker", "PORT", "1$\\");
    Options options =
        SET.read(
            "job.yaml",
            "kafka: {a: '${HOST}:${PORT}', b: '$${HOST}', c: '$HOST'}",
            List.of("source.topic=${HOST}"),
            environment);
    assertThat(options.under("kafka."))
        .containsOnly(
            Map.entry("a", "broker:1$\\"), Map.entry("b", "${HOST}"), Map.entry("c", "$HOST"));
    assertThat(options.get(TOPIC)).isEqualTo("broker");
  }

  @Test
  void variableThatIsNotSetIsRefused() {
    assertThatThrownBy(() -> read("kafka:\n  password: ${NO_SUCH}\n"))
        .hasMessage(
            "environment variable NO_SUCH is not set, which kafka.password needs (job.yaml, line 2)");
  }

  @ParameterizedTest
  @CsvSource({"${file:/etc/x:y}", "${", "${}", "a${1B}"})
  void markThatIsNoVariableIsRefused(String text) {
    assertThatThrownBy(() -> read("kafka.x: '" + text + "'"))
        .hasMessageStartingWith(
            "${ must begin the name of an environment variable, ${NAME}, in kafka.x")
        .hasMessageEndingWith("write $${ for the characters themselves");
  }

  @Test
  void secretsAreNeverShown() {
    Options options =
        SET.read(
            "job.yaml",
            """
            kafka: {sasl.jaas.config: hunter2, ssl.truststore.password: hunter3, x: '${X}'}
            api.token: hunter4
            source.topic: events
            """,
            List.of(),
            Map.of("X", "hunter5"));
    assertThat(options.toString()).doesNotContain("hunter").contains("source.topic=events");
    assertThat(options.toMap())
        .containsEntry("kafka.x", Options.MASK)
        .containsEntry("api.token", Options.MASK)
        .containsEntry("source.topic", "events");
    assertThat(options.redact("bad hunter2, hunter5 of events"))
        .isEqualTo("bad ******, ****** of events");
    assertThat(options.get(TOKEN)).isEqualTo("hunter4");
  }

  @Test
  void wrongSecretIsRefusedWithoutIt() {
    assertThatThrownBy(() -> read("secret.count: hunter2"))
        .hasMessage("secret.count must be a whole number: ****** (job.yaml, line 1)");
    assertThatThrownBy(
            () -> SET.read("job.yaml", "latency.budget: '${B}'", List.of(), Map.of("B", "hunter")))
        .hasMessage(
            "latency.budget must be a duration like 50 ms, 1 s or 2 min: ****** (job.yaml, line 1)");
  }

  @Test
  void whatIsNoMappingIsRefusedWithItsLine() {
    assertThatThrownBy(() -> read("- a\n- b\n"))
        .hasMessage(
            "the options must be a mapping, with lines of the form KEY: VALUE (job.yaml, line 1)");
    assertThatThrownBy(() -> read("source.topic: a\n---\nsource.topic: b\n"))
        .hasMessageStartingWith(
            "the options must be one YAML document, without --- between parts (job.yaml, line ");
    assertThatThrownBy(() -> read("kafka: {a: &x 1, b: *x}\n"))
        .hasMessage(
            "kafka.b must be written out: YAML aliases are not followed (job.yaml, line 1)");
    assertThatThrownBy(() -> read("kafka:\n  a: [{b: 1}]\n"))
        .hasMessage(
            "kafka.a is a list with options in it: write them without hyphens, as in kafka.a: {OPTION: VALUE} (job.yaml, line 2)");
    assertThatThrownBy(() -> read("source:\n  - topic: events\n"))
        .hasMessage(
            "source is a list with options in it: write them without hyphens, as in source: {OPTION: VALUE} (job.yaml, line 2)");
    assertThatThrownBy(() -> read("kafka: {a: [[1]]}\n"))
        .hasMessage(
            "kafka.a is a list of lists: it must be one value, or a list of values (job.yaml, line 1)");
  }

  @Test
  void brokenYamlIsRefusedWithItsLineAndWithoutItsText() {
    assertThatThrownBy(() -> read("source.topic: a\nkafka: {password: hunter2\n"))
        .hasMessageStartingWith("this is not valid YAML: ")
        .hasMessageContaining("(job.yaml, line ")
        .hasMessageNotContaining("hunter2")
        .hasNoCause();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kafka: {sasl.jaas.config: login, password: %s}\n",
        "kafka: {sasl.jaas.config: %s, x: y}\n",
        "kafka:\n  sasl.jaas.config: %s\n",
        "kafka:\n  sasl.jaas.config:\n    %s\n",
        "kafka:\n  sasl.jaas.config: \"%s\"\n",
        "kafka:\n  sasl.jaas.config: '%s'\n",
        "kafka:\n  sasl.jaas.config: login password=\"%s\";\n"
      })
  void passwordThatBreaksTheYamlIsNotQuoted(String yaml) {
    List<String> marks =
        List.of("", "'", "\"", ", ", ": ", ":", "#", " #", "%", "@", "`", "!", "&", "*", "|", ">")
            .stream()
            .flatMap(m -> Stream.of(m, m + m))
            .toList();
    List<String> more = List.of("{", "}", "[", "]", "\\", "\t", "=", "?", "- ", "$", "\0");
    for (String a : Stream.concat(marks.stream(), more.stream()).toList()) {
      for (String b : Stream.concat(marks.stream(), more.stream()).toList()) {
        String text = yaml.formatted(a + "qzxj" + b + "vkwy" + a);
        assertSilent(() -> SET.read("job.yaml", text, List.of("api.token=x"), Map.of()));
        assertSilent(
            () -> SET.read("-D", "", List.of("kafka.password" + a + b + "qzxj"), Map.of()));
      }
    }
  }

  /** Reads, or is refused without a piece of the password. */
  private static void assertSilent(Runnable read) {
    try {
      read.run();
    } catch (OptionsException e) {
      assertThat(e).hasMessageNotContainingAny("qzxj", "vkwy").hasNoCause();
    }
  }

  @ParameterizedTest
  @CsvSource({"50 ms, PT0.05S", "1s, PT1S", "2 min, PT2M", "3 h, PT3H", "-1 s, PT-1S"})
  void durationsAreRead(String text, Duration duration) {
    assertThat(OptionType.DURATION.parse(text)).isEqualTo(duration);
    String printed = OptionType.DURATION.print(duration);
    assertThat(OptionType.DURATION.parse(printed)).isEqualTo(duration);
  }

  @ParameterizedTest
  @CsvSource({"99999999999999999999 s", "9223372036854775807 h", "1.5 s", "1 day", "s", "1 S"})
  void whatIsNoDurationIsRefused(String text) {
    assertThatThrownBy(() -> OptionType.DURATION.parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "abc, abc, 0",
    "abc, acb, 1",
    "abc, ab, 1",
    "abc, abxc, 1",
    "abc, '', 3",
    "ca, abc, 3"
  })
  void distanceCountsEditsAndSwaps(String a, String b, int distance) {
    assertThat(Nearest.distance(a, b)).isEqualTo(distance);
    assertThat(Nearest.distance(b, a)).isEqualTo(distance);
  }

  @Test
  void keysInsideALongKeyDoNotRepeatItWithoutEnd() {
    StringBuilder yaml = new StringBuilder("? " + "x".repeat(100_000) + "\n:\n");
    yaml.append("  y: 1\n".repeat(100_000));
    assertThatThrownBy(() -> read(yaml.toString()))
        .isInstanceOf(OptionsException.class)
        .hasMessage("a key must have at most 200 characters (job.yaml, line 1)");
    assertThatThrownBy(
            () -> SET.read("job.yaml", "", List.of("x".repeat(100_000) + "=1"), Map.of()))
        .isInstanceOf(OptionsException.class)
        .hasMessage("a key must have at most 200 characters (-D)");
  }

  @Test
  void optionsWithoutEndAreRefused() {
    StringBuilder yaml = new StringBuilder();
    for (int i = 0; i < 1001; i++) {
      yaml.append("kafka.k").append(i).append(": 1\n");
    }
    assertThatThrownBy(() -> read(yaml.toString()))
        .hasMessage("there must be at most 1000 options (job.yaml, line 1001)");
  }

  @Test
  void faultsAndValuesAreToldNoLongerThanCanBeRead() {
    assertThatThrownBy(() -> read("unknown: 1\n".repeat(100)))
        .isInstanceOfSatisfying(OptionsException.class, e -> assertThat(e.faults()).hasSize(100))
        .hasMessageEndingWith("80 more");
    assertThatThrownBy(() -> read("latency.budget: " + "9".repeat(10_000)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
  }

  private static Options read(String yaml) {
    return SET.read("job.yaml", yaml, List.of(), Map.of());
  }
}
