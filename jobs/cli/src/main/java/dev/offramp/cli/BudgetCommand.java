package dev.offramp.cli;

import dev.offramp.bench.budget.BudgetSimulation;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code offramp bench budget}. */
@Command(
    name = "budget",
    mixinStandardHelpOptions = true,
    description =
        "Simulates how the operating point follows load: steady, in bursts, over a day, on a machine that slows down.")
final class BudgetCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "Folder for the picture and the figures.")
  private Path folder;

  @Override
  public Integer call() throws Exception {
    BudgetSimulation.run(folder, Console.standard());
    return 0;
  }
}
