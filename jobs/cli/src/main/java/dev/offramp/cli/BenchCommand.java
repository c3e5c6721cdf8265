package dev.offramp.cli;

import dev.offramp.bench.Throughput;
import dev.offramp.bench.ThroughputPlot;
import dev.offramp.bench.ThroughputResult;
import dev.offramp.bench.ThroughputTable;
import dev.offramp.fit.data.Cache;
import dev.offramp.fit.data.Dataset;
import dev.offramp.runtime.Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code offramp bench}. */
@Command(
    name = "bench",
    subcommands = {LatencyCommand.class, BudgetCommand.class, MicroCommand.class},
    mixinStandardHelpOptions = true,
    description = {
      "Measures events a second on this machine: Offramp against the whole network in the same job,",
      "broker and Flink. Opponents run in turn, round by round, and speeds are compared within a",
      "round. Best on a machine that does nothing else."
    })
final class BenchCommand implements Callable<Integer> {
  /** A bundle of one's own. */
  private static final class Own {
    @Option(
        names = "--bundle",
        required = true,
        description = "The bundle's folder. Default: the demo's bundle and WordNet.")
    private Path folder;

    @ArgGroup(exclusive = false, multiplicity = "1")
    private DataOptions data;
  }

  @ArgGroup(exclusive = false)
  private Own own;

  @Option(names = "--point", description = "Operating point of Offramp. Default: the bundle's.")
  private String point;

  @Option(
      names = "--opponents",
      split = ",",
      paramLabel = "NAME",
      description = {
        "Which run, and in which order. Full depth: a, one event a call in an async function;",
        "b, batches as events come; c, batches by length. Offramp: d; d-memory, without a broker;",
        "d-arrival, batches as events come; d-no-regrouping, survivors not gathered again;",
        "d-no-checkpoints; d-operators, three of them; d-subtask, one of each operator.",
        "e: tokenizer, stages and batching in a bare loop.",
        "Default: ${DEFAULT-VALUE}."
      })
  private List<String> opponents = Throughput.Options.OPPONENTS;

  @Option(names = "--rounds", description = "Rounds that count. Default: ${DEFAULT-VALUE}.")
  private int rounds = 5;

  @Option(
      names = "--seconds",
      description = "How long a run is timed, about. Default: ${DEFAULT-VALUE}.")
  private double seconds = 8;

  @Option(names = "--parallelism", description = "Subtasks of each operator. Default: the cores.")
  private int parallelism = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--no-profile",
      description = "Leaves out the run that shows where Offramp's CPU time goes.")
  private boolean noProfile;

  @Option(
      names = "-D",
      paramLabel = "key=value",
      description = "An option of the job, as for run: -D checkpoint.interval=10min.")
  private List<String> overrides = List.of();

  @Option(names = "--plot", paramLabel = "FILE", description = "Draws the figures as PNG.")
  private Path plot;

  @Mixin private JsonFile json;

  @Override
  public Integer call() throws Exception {
    Console console = Console.standard();
    Cache cache = Cache.of(System.getenv());
    DemoBundle demo = new DemoBundle(cache, console);
    Bundle bundle =
        own == null
            ? demo.open(DemoBundle.BACKBONE, DemoBundle.EXAMPLES, false)
            : Bundle.open(own.folder);
    Dataset data =
        own == null
            ? demo.definitions()
            : own.data.load(bundle.manifest().provenance().seed(), console);
    Throughput.Options options =
        new Throughput.Options(
            point, opponents, rounds, seconds, parallelism, !noProfile, overrides);
    Path work = Files.createDirectories(cache.folder().resolve("bench"));
    ThroughputResult result =
        new Throughput(console, InstantSource.system()).run(bundle, data, options, work);
    console.line("");
    ThroughputTable.lines(result).forEach(console::note);
    json.write(result);
    if (plot != null) {
      ThroughputPlot.write(result, plot);
      console.line("");
      console.line("Plot: %s", plot);
    }
    return 0;
  }
}
