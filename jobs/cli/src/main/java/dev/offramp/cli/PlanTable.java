package dev.offramp.cli;

import dev.offramp.fit.plan.CapacityCheck;
import dev.offramp.fit.plan.Plan;
import dev.offramp.fit.plan.Plan.OperatorPlan;
import dev.offramp.fit.plan.Plan.StagePlan;
import java.util.List;
import java.util.stream.Collectors;

/** Shows plans: rates side by side, and of one alone its stages and the job's options. */
final class PlanTable {
  private static final double MIB = 1 << 20;

  private final Console console;

  PlanTable(Console console) {
    this.console = console;
  }

  void network(String point, double tokens, double capacityOfOne) {
    console.line(
        "At point %s, events of %.1f tokens: one core does at most %,.0f events/s",
        point, tokens, capacityOfOne);
  }

  void plans(List<Plan> plans) {
    Plan any = plans.get(0);
    console.line("");
    console.line(
        "   events/s    cores   machines   parallelism     busy   batch wait   99 of 100 within");
    for (Plan p : plans) {
      console.line(
          "%,11.0f  %,7d   %,8d   %11s   %4.0f %%   %7.1f ms   %13.1f ms",
          p.eventsPerSecond(),
          p.cores(),
          p.machines(),
          p.operators().stream()
              .map(o -> Integer.toString(o.parallelism()))
              .collect(Collectors.joining("+")),
          100 * p.coresBusy() / p.cores(),
          p.batchWaitMillis(),
          p.keptMillis());
    }
    console.line(
        "  %.0f MiB of weights on each machine, shared by its cores; at most %.0f %% busy",
        any.weightBytes() / MIB, 100 * any.utilisation());
    if (plans.size() == 1) {
      stages(any);
    }
    plans.forEach(this::options);
  }

  void check(CapacityCheck measured, double predicted, double predictedAsLeft) {
    console.line("");
    console.line(
        "In memory, %d cores busy all the time, without Flink and Kafka, events/s:",
        measured.runners());
    double byClock = measured.eventsPerSecond();
    double byCpu = measured.runners() * measured.eventsPerCoreSecond();
    console.line("                        predicted   by where these left");
    console.line("                      %,11.0f   %,19.0f", predicted, predictedAsLeft);
    console.line(
        "  measured %,9.0f    %11.2f   %19.2f of it, by the clock",
        byClock, predicted / byClock, predictedAsLeft / byClock);
    if (byCpu > 0) {
      console.line(
          "           %,9.0f    %11.2f   %19.2f of it, by CPU time: as if no other program ran",
          byCpu, predicted / byCpu, predictedAsLeft / byCpu);
    }
  }

  private void stages(Plan plan) {
    console.line("");
    console.line("  operator  stage   events    mean batch   useful   micros/event   cores");
    for (int i = 0; i < plan.operators().size(); i++) {
      for (StagePlan s : plan.operators().get(i).stages()) {
        console.line(
            "  %8d  %5d   %5.1f %%   %10.1f   %6d   %12.1f   %5.2f",
            i, s.stage(), 100 * s.reach(), s.rows(), s.usefulRows(), s.microsPerEvent(), s.cores());
      }
    }
  }

  private void options(Plan plan) {
    console.line("");
    console.line("The job's options for %,.0f events/s:", plan.eventsPerSecond());
    List<OperatorPlan> operators = plan.operators();
    console.line("  parallelism: %d", operators.get(0).parallelism());
    console.line("  operators.count: %d", operators.size());
    console.line("  operators.capacity: %d", plan.capacity());
    if (plan.budgetMillis() != null) {
      console.line("  latency.budget: %.0f ms", plan.budgetMillis());
      console.line("  latency.batch.wait: %.0f ms", Math.floor(plan.batchWaitMillis()));
    }
    if (operators.size() > 1) {
      String places = "";
      for (int i = 1; i < operators.size(); i++) {
        places += ".place(%d, %d, \"operator-%d\")".formatted(i, operators.get(i).parallelism(), i);
      }
      console.line(
          "  Operators of their own parallelism are for a Flink job of your own:\n  Offramp.classify(events, bundle).operators(%d)%s",
          operators.size(), places);
    }
  }
}
