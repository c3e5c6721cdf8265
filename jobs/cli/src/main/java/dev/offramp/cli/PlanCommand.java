package dev.offramp.cli;

import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.plan.CapacityCheck;
import dev.offramp.fit.plan.Curves;
import dev.offramp.fit.plan.Lengths;
import dev.offramp.fit.plan.Network;
import dev.offramp.fit.plan.Plan;
import dev.offramp.fit.plan.Planner;
import dev.offramp.fit.plan.StageCost;
import dev.offramp.fit.plan.Terms;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Device;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code offramp plan}. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = {
      "Says what a rate of events takes: cores, machines, operators, parallelism and batches.",
      "It times the bundle's stages on this machine, or reads times from a file, and takes the exit shares that held-out examples gave. A plan is on paper: --check measures how well it holds here."
    })
final class PlanCommand implements Callable<Integer> {
  @Option(names = "--bundle", required = true, description = "The bundle's folder.")
  private Path folder;

  @Option(
      names = "--rate",
      split = ",",
      paramLabel = "N",
      description = "Events a second; several with commas between.")
  private List<Double> rates = List.of();

  @Option(
      names = "--budget",
      paramLabel = "TIME",
      converter = MillisConverter.class,
      description = "Latency budget that 99 of 100 events keep, as 50ms or 1s. Default: none.")
  private Duration budget;

  @Option(names = "--point", description = "Operating point. Default: the bundle's.")
  private String point;

  @ArgGroup(
      exclusive = false,
      heading = "Events (without them a typical one is made up, see --tokens):%n")
  private DataOptions data;

  @Option(
      names = "--tokens",
      description =
          "Tokens of a typical event, special ones included, if there is no --data. Default: ${DEFAULT-VALUE}.")
  private int tokens = 12;

  @Option(
      names = "--overhead-micros",
      paramLabel = "N",
      description =
          "Time of a core for each event beside the stages. Default: ${DEFAULT-VALUE}, as bench profiled it on two cores of an AMD EPYC (Genoa): 30 for tokenizing eleven tokens, 30 for Kafka with the broker beside it, 35 for Flink, batching, gates and records.")
  private double overhead = Terms.OVERHEAD_MICROS;

  @Option(
      names = "--utilisation",
      paramLabel = "SHARE",
      description =
          "The most that a core may be busy; the rest is room for bursts. Default: ${DEFAULT-VALUE}.")
  private double utilisation = Terms.UTILISATION;

  @Option(
      names = "--cores-per-machine",
      paramLabel = "N",
      description = "With --curve of a GPU: cards. Default: as this machine has.")
  private int coresPerMachine = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--operators",
      paramLabel = "N",
      description =
          "Operators of like length. Default: one, unless more, each with its own parallelism, save a fifth of the cores.")
  private Integer operators;

  @Option(
      names = "--curve",
      paramLabel = "FILE",
      description =
          "Times of the stages on another device, in place of measuring: a list of {\"stage\": 0, \"tokens\": 12, \"micros\": 345.6}, or what --json wrote there. For a GPU give --overhead-micros 0: its events are tokenized on cores beside it.")
  private Path curve;

  @Option(names = "--device", description = "auto, cpu or cuda:N. Default: ${DEFAULT-VALUE}.")
  private String device = "cpu";

  @Option(
      names = "--check",
      description =
          "Measures too how many events a second this machine does, in memory, with all cores busy, and compares. Needs --data.")
  private boolean check;

  @Option(
      names = "--seconds",
      description = "How long --check measures. Default: ${DEFAULT-VALUE}.")
  private int seconds = 10;

  @Mixin private JsonFile json;

  /**
   * What {@code --json} writes.
   *
   * @param tokens of a typical event
   * @param curves {@code --curve} reads them again
   */
  private record Figures(
      String bundle,
      String point,
      String device,
      double tokens,
      List<Curves.Point> curves,
      List<Plan> plans,
      Check check) {}

  /**
   * The model against a measurement.
   *
   * @param predicted events a second
   * @param predictedAsLeft the same, had the model known where these events leave
   * @param measured what this machine did
   */
  private record Check(double predicted, double predictedAsLeft, CapacityCheck measured) {}

  @Override
  public Integer call() throws Exception {
    checkUse();
    Console console = Console.standard();
    Bundle bundle = Bundle.open(folder);
    String asked = bundle.manifest().pointOrDefault(point).name();
    Dataset examples =
        data == null ? null : data.load(bundle.manifest().provenance().seed(), console);
    double length = examples == null ? tokens : Lengths.mean(bundle, CapacityCheck.texts(examples));
    Terms terms = new Terms(budget, overhead, utilisation, coresPerMachine);
    List<StageCost> costs =
        curve == null ? StageCost.measured(bundle, Device.of(device), length) : Curves.read(curve);
    Network network = Network.of(bundle, asked, costs, length);
    Planner planner = new Planner(network, terms);
    List<Plan> plans = new ArrayList<>();
    for (double rate : rates) {
      plans.add(operators == null ? planner.plan(rate) : planner.plan(rate, operators));
    }
    PlanTable table = new PlanTable(console);
    table.network(asked, length, planner.capacity(1));
    if (!plans.isEmpty()) {
      table.plans(plans);
    }
    Check checked = check ? check(bundle, asked, network, examples) : null;
    if (checked != null) {
      table.check(checked.measured, checked.predicted, checked.predictedAsLeft);
    }
    json.write(
        new Figures(
            bundle.manifest().id(),
            asked,
            curve == null ? device : curve.toString(),
            length,
            Curves.points(costs),
            plans,
            checked));
    return 0;
  }

  private void checkUse() {
    if (rates.isEmpty() && !check) {
      throw new IllegalArgumentException(
          "nothing to plan: give --rate, events a second, or --check");
    }
    if (check && data == null) {
      throw new IllegalArgumentException("--check needs --data: the texts to measure with");
    }
    if (seconds < 1) {
      throw new IllegalArgumentException("--seconds must be at least 1: " + seconds);
    }
  }

  private Check check(Bundle bundle, String asked, Network network, Dataset examples) {
    int runners = Runtime.getRuntime().availableProcessors();
    CapacityCheck measured =
        CapacityCheck.measure(
            bundle,
            Device.of(device),
            asked,
            examples,
            runners,
            Duration.ofSeconds(seconds),
            System::nanoTime);
    Terms terms = new Terms(null, Math.max(0, overhead - Terms.STREAM_MICROS), 1, coresPerMachine);
    Network asLeft = network.withExitShares(measured.exitShares());
    return new Check(
        new Planner(network, terms).capacity(runners),
        new Planner(asLeft, terms).capacity(runners),
        measured);
  }
}
