package dev.offramp.cli;

import dev.offramp.bench.latency.LatencyPlan;
import dev.offramp.bench.latency.LatencyPlot;
import dev.offramp.bench.latency.LatencyResult;
import dev.offramp.bench.latency.LatencyRun;
import dev.offramp.fit.data.Cache;
import dev.offramp.fit.data.Dataset;
import dev.offramp.runtime.Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code offramp bench latency}. */
@Command(
    name = "latency",
    mixinStandardHelpOptions = true,
    description = {
      "Latency under load, open loop: events arrive on their own clock at shares of the capacity,",
      "for each budget, and once in a burst of ten times the rate. Broker, Flink and sender share",
      "this JVM and its cores."
    })
final class LatencyCommand implements Callable<Integer> {
  @Option(names = "--bundle", required = true, description = "The bundle's folder.")
  private Path folder;

  @Mixin private DataOptions data;

  @Option(names = "--point", description = "Operating point. Default: the bundle's.")
  private String point;

  @Option(
      names = "--budgets",
      split = ",",
      paramLabel = "MS",
      description = "Latency budgets, milliseconds. Default: ${DEFAULT-VALUE}.",
      defaultValue = "10,20,50,200")
  private List<Integer> budgets;

  @Option(
      names = "--loads",
      split = ",",
      paramLabel = "PERCENT",
      description = "Loads in percent of the capacity. Default: ${DEFAULT-VALUE}.",
      defaultValue = "30,50,70,90,120")
  private List<Integer> loads;

  @Option(
      names = "--seconds",
      description =
          "How long each budget is measured at each load, after 3 s of warm-up. Default: ${DEFAULT-VALUE}.")
  private int seconds = 10;

  @Option(
      names = "--parallelism",
      description = "Subtasks of each operator. Default: as many as there are cores.")
  private int parallelism = Runtime.getRuntime().availableProcessors();

  @Option(names = "-D", paramLabel = "key=value", description = "An option of the job, as for run.")
  private List<String> settings = List.of();

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description =
          "Draws latency against load there (.png), and the bursts beside it (-bursts.png).")
  private Path plot;

  @Mixin private JsonFile json;

  @Override
  public Integer call() throws Exception {
    LatencyPlot drawing = plot == null ? null : new LatencyPlot(plot);
    Console console = Console.standard();
    Bundle bundle = Bundle.open(folder);
    Dataset examples = data.load(bundle.manifest().provenance().seed(), console);
    LatencyPlan plan =
        new LatencyPlan(
            folder,
            point,
            budgets.stream().map(Duration::ofMillis).toList(),
            loads,
            Duration.ofSeconds(seconds),
            parallelism,
            settings);
    Path checkpoints = Cache.of(System.getenv()).folder().resolve("bench").resolve("checkpoints");
    Files.createDirectories(checkpoints);
    LatencyResult result = new LatencyRun(plan, examples, checkpoints, console).run();
    json.write(result);
    if (drawing != null) {
      for (Path drawn : drawing.write(result)) {
        console.line("Plot: %s", drawn);
      }
    }
    return 0;
  }
}
