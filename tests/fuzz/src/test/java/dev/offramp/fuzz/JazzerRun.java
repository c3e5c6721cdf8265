package dev.offramp.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.Jazzer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Fuzzes targets by coverage in a JVM of their own, so that one that dies is a finding too. What
 * broke the rule is kept in the run's folder: the input ({@code crash-...}), the output ({@code
 * log}), and the inputs that reached something new ({@code corpus}).
 */
final class JazzerRun {
  static final Path SEEDS = Path.of("src/test/resources/seeds");

  private static final Pattern EXECUTIONS =
      Pattern.compile("stat::number_of_executed_units: +(\\d+)");
  private static final Pattern SEED = Pattern.compile("INFO: Seed: (\\d+)");
  private static final Pattern FINDING = Pattern.compile("== (?:Java Exception|ERROR|libFuzzer).*");

  /** How many distinct findings end a run. */
  private static final int MOST_FINDINGS = 20;

  private final List<Target> targets;
  private final int seconds;
  private final long seed;
  private final Path out;

  /**
   * A run.
   *
   * @param seed of chance; 0: another each time
   * @param out a folder of this run alone
   */
  JazzerRun(List<Target> targets, int seconds, long seed, Path out) {
    this.targets = targets;
    this.seconds = seconds;
    this.seed = seed;
    this.out = out;
  }

  /** Runs to the end. */
  Figures run() throws IOException, InterruptedException {
    Path corpus = Files.createDirectories(out.resolve("corpus"));
    Path seeds = seeds();
    Path log = out.resolve("log");
    long begun = System.nanoTime();
    Process process =
        new ProcessBuilder(command(corpus, seeds))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    int status;
    try {
      status = process.waitFor();
    } finally {
      process.destroyForcibly();
    }
    long took = Math.round((System.nanoTime() - begun) / 1e9);
    String said = new String(Files.readAllBytes(log), UTF_8);
    List<String> findings = findings(said);
    if (status != 0 && findings.isEmpty()) {
      findings = List.of("the process ended with %d, see %s".formatted(status, log));
    }
    return new Figures(name(), number(EXECUTIONS, said), took, number(SEED, said), findings);
  }

  private String name() {
    return targets.size() == 1 ? targets.get(0).name() : "all";
  }

  /** The kept seeds, each behind the byte that names its target where there are several. */
  private Path seeds() throws IOException {
    if (targets.size() == 1) {
      return SEEDS.resolve(name());
    }
    Path marked = Files.createDirectories(out.resolve("seeds"));
    for (int i = 0; i < targets.size(); i++) {
      try (Stream<Path> files = Files.list(SEEDS.resolve(targets.get(i).name()))) {
        for (Path file : files.toList()) {
          Path copy = marked.resolve(targets.get(i).name() + '-' + file.getFileName());
          Files.write(copy, Choice.input(i, Files.readAllBytes(file)));
        }
      }
    }
    return marked;
  }

  private List<String> command(Path corpus, Path seeds) {
    String packages =
        Stream.concat(Stream.of("dev.offramp.**"), targets.stream().map(Target::instrumented))
            .filter(names -> !names.isEmpty())
            .distinct()
            .collect(Collectors.joining(":"));
    String names = targets.stream().map(Target::name).collect(Collectors.joining(" "));
    int longest = targets.stream().mapToInt(Target::longest).max().orElseThrow();
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx1g",
        "-XX:+EnableDynamicAgentLoading",
        "-Dai.djl.offline=true",
        "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        Jazzer.class.getName(),
        "--target_class=" + Fuzzed.class.getName(),
        "--target_args=" + names,
        "--instrumentation_includes=" + packages,
        "--custom_hook_includes=" + packages,
        "--keep_going=" + MOST_FINDINGS,
        "--reproducer_path=" + out,
        "-artifact_prefix=" + out + "/",
        "-max_total_time=" + seconds,
        "-seed=" + seed,
        "-max_len=" + longest,
        // Time is bounded by what the thread used, see Rule; this is for what never ends.
        "-timeout=900",
        "-rss_limit_mb=3000",
        "-print_final_stats=1",
        corpus.toString(),
        seeds.toString());
  }

  /** What broke the rule, each with its input. */
  private List<String> findings(String said) throws IOException {
    List<String> findings = new ArrayList<>();
    Matcher matcher = FINDING.matcher(said);
    while (matcher.find()) {
      if (!matcher.group().contains("crashing input")) {
        findings.add(matcher.group());
      }
    }
    try (Stream<Path> files = Files.list(out)) {
      files
          .filter(f -> f.getFileName().toString().matches("(crash|oom|timeout|slow-unit)-.*"))
          .forEach(f -> findings.add("input " + f));
    }
    return findings;
  }

  private static long number(Pattern pattern, String said) {
    Matcher matcher = pattern.matcher(said);
    return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
  }
}
