package dev.offramp.cli;

import dev.offramp.fit.Compare;
import dev.offramp.fit.Fit;
import dev.offramp.fit.data.Cache;
import dev.offramp.fit.learn.GateKind;
import dev.offramp.fit.learn.Recipe;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code offramp compare}. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description =
        "Sets every kind of gate side by side on the same heads, over several seeds, judged on the test split.")
final class CompareCommand implements Callable<Integer> {
  @Option(names = "--backbone", required = true, description = "As for fit.")
  private String backbone;

  @Mixin private DataOptions data;

  @Option(names = "--seeds", description = "How many. Default: ${DEFAULT-VALUE}.")
  private int seeds = 3;

  @Option(
      names = "--lambda",
      description = "Learns JEI-DNN as published with this lambda, too; can be given many times.")
  private List<Double> lambdas = List.of();

  @Mixin private JsonFile json;

  @Override
  public Integer call() throws Exception {
    Console console = Console.standard();
    Fit.Options options =
        new Fit.Options(
            backbone,
            data.location(),
            data.columns(),
            data.limit(),
            0,
            List.of(),
            0,
            Recipe.standard());
    Compare.Outcome outcome =
        new Compare(Cache.of(System.getenv()), console, InstantSource.system())
            .run(options, seeds, lambdas);
    console.line("");
    console.line(
        "%s on %s, seeds %s: accuracy %% at cost, mean (and half the range) over the seeds",
        outcome.backbone(), outcome.data(), outcome.seeds());
    console.line(
        "  %-16s%s",
        "", Compare.COSTS.stream().map("%14.2f"::formatted).collect(Collectors.joining()));
    outcome.readings().forEach((kind, readings) -> console.line("  %s", line(kind, readings)));
    console.line("  and its gain in points over one threshold on the largest probability");
    outcome.readings().forEach((kind, readings) -> console.line("  %s", gains(kind, readings)));
    outcome
        .published()
        .forEach(
            p ->
                console.line(
                    "  published, lambda %s: accuracy %s at cost %s",
                    p.lambda(), rounded(100, p.accuracy()), rounded(1, p.cost())));
    console.line("  full depth %s", rounded(100, outcome.fullDepth()));
    outcome.defaults().forEach(f -> Figure.print(console, f, outcome.examples()));
    json.write(outcome);
    return 0;
  }

  private static String line(GateKind kind, List<Compare.Reading> readings) {
    return cells(
        kind,
        readings,
        r -> "%.2f (%.2f)".formatted(100 * r.accuracy(), 50 * (r.highest() - r.lowest())));
  }

  private static String gains(GateKind kind, List<Compare.Reading> readings) {
    return cells(
        kind, readings, r -> "%+.2f +-%.2f".formatted(100 * r.gain(), 100 * r.gainError()));
  }

  private static String cells(
      GateKind kind,
      List<Compare.Reading> readings,
      java.util.function.Function<Compare.Reading, String> cell) {
    StringBuilder line = new StringBuilder("%-16s".formatted(kind.name().toLowerCase(Locale.ROOT)));
    for (double cost : Compare.COSTS) {
      String text =
          readings.stream().filter(r -> r.cost() == cost).map(cell).findFirst().orElse("-");
      line.append("%14s".formatted(text));
    }
    return line.toString();
  }

  private static String rounded(double by, List<Double> values) {
    return values.stream().map(v -> "%.3f".formatted(by * v)).collect(Collectors.joining(" "));
  }
}
