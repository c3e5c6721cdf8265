package dev.offramp.bench.latency;

import dev.offramp.bench.Workload;
import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.work.Progress;
import dev.offramp.kit.LocalKafka;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Ticker;
import dev.offramp.stream.StreamJob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Latency under load, open loop. First the capacity; then for each budget one job that all loads
 * and a burst go through; then an overload of full depth. Kafka, Flink, the sender and the tap are
 * in this JVM and share its cores. What comes out is compared with when it was due by schedule, and
 * every event must come out once, or the run fails. One thread.
 */
public final class LatencyRun {
  private static final long SEED = 1;
  private static final double OVERLOAD = 1.2;
  private static final double HALF = 0.5;
  private static final double TEN_TIMES = 10;

  /** A few events, and patience: the job has to start and load its bundle. */
  private static final Schedule KNOCK = Schedule.steady(100, Duration.ofSeconds(1));

  /**
   * How long everything takes.
   *
   * @param warmUp before each measuring
   * @param saturated of measuring the capacity
   * @param burst at ten times the rate
   * @param afterwards watched after a burst
   */
  record Lengths(Duration warmUp, Duration saturated, Duration burst, Duration afterwards) {
    static final Lengths USUAL =
        new Lengths(
            Duration.ofSeconds(3),
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofSeconds(8));
  }

  private final LatencyPlan plan;
  private final Dataset data;
  private final Workload workload;
  private final Path checkpoints;
  private final Progress progress;
  private final Lengths lengths;
  private final Ticker ticker = Ticker.system();

  /**
   * A run.
   *
   * @param data whose test texts are sent, in a random order, again and again
   * @param checkpoints folder for the jobs' checkpoints
   * @param progress hears a line for each result
   */
  public LatencyRun(LatencyPlan plan, Dataset data, Path checkpoints, Progress progress) {
    this(plan, data, checkpoints, progress, Lengths.USUAL);
  }

  LatencyRun(LatencyPlan plan, Dataset data, Path checkpoints, Progress progress, Lengths lengths) {
    this.plan = plan;
    this.data = data;
    this.workload = new Workload(data, SEED);
    this.checkpoints = checkpoints;
    this.progress = progress;
    this.lengths = lengths;
  }

  /** What is done with a job that runs. */
  private interface Use<T> {
    T with(JobUnderLoad job) throws Exception;
  }

  /**
   * Measures all of it: about 15 seconds for each budget at each load.
   *
   * @throws IllegalStateException an event was lost, came out twice or could not be served
   * @throws dev.offramp.runtime.BundleException the bundle can't be used
   */
  public LatencyResult run() throws Exception {
    Manifest manifest = Bundle.open(plan.bundle()).manifest();
    String wanted = plan.point() == null ? manifest.defaultPoint() : plan.point();
    String point = manifest.point(wanted).name();
    String full = manifest.points().get(manifest.points().size() - 1).name();
    List<Cell> cells = new ArrayList<>();
    List<Burst> bursts = new ArrayList<>();
    List<Cell> overloads = new ArrayList<>();
    try (LocalKafka kafka = LocalKafka.start()) {
      double capacity = capacity(kafka, point);
      double fullCapacity = full.equals(point) ? capacity : capacity(kafka, full);
      progress.note(LatencyTable.HEAD);
      for (Duration budget : plan.budgets()) {
        onJob(kafka, point, budget, job -> measure(job, budget, capacity, cells, bursts));
      }
      progress.note("120 %% of full depth's capacity, point %s configured:".formatted(full));
      for (Duration budget : plan.budgets()) {
        onJob(kafka, full, budget, job -> overloads.add(cell(job, budget, OVERLOAD, fullCapacity)));
      }
      return new LatencyResult(
          manifest.id(),
          data.name(),
          point,
          full,
          plan.parallelism(),
          capacity,
          fullCapacity,
          cells,
          bursts,
          overloads);
    }
  }

  private double capacity(LocalKafka kafka, String point) throws Exception {
    double rate =
        onJob(
            kafka,
            point,
            null,
            job ->
                new Saturation(job, ticker).eventsPerSecond(lengths.warmUp(), lengths.saturated()));
    progress.note("capacity at point %s: %.0f events/s".formatted(point, rate));
    return rate;
  }

  private boolean measure(
      JobUnderLoad job, Duration budget, double capacity, List<Cell> cells, List<Burst> bursts)
      throws Exception {
    for (int load : plan.loads()) {
      cells.add(cell(job, budget, load / 100.0, capacity));
    }
    return bursts.add(burst(job, budget, capacity));
  }

  private Cell cell(JobUnderLoad job, Duration budget, double load, double capacity)
      throws Exception {
    Schedule schedule = Schedule.steady(load * capacity, lengths.warmUp().plus(plan.length()));
    Cell cell =
        new Trial(job, workload, ticker).run(schedule, lengths.warmUp(), budget, load).cell();
    progress.note(LatencyTable.line(cell));
    return cell;
  }

  private Burst burst(JobUnderLoad job, Duration budget, double capacity) throws Exception {
    double base = HALF * capacity;
    Duration begin = lengths.warmUp().multipliedBy(2);
    Schedule schedule =
        Schedule.steady(base, begin)
            .then(TEN_TIMES * base, lengths.burst())
            .then(base, lengths.afterwards());
    Trial.Outcome outcome =
        new Trial(job, workload, ticker).run(schedule, lengths.warmUp(), budget, HALF);
    Burst burst =
        Burst.of(
            outcome.cell(),
            begin.toMillis() / 1e3,
            begin.plus(lengths.burst()).toMillis() / 1e3,
            outcome.windows());
    progress.note(LatencyTable.line(burst));
    return burst;
  }

  private <T> T onJob(LocalKafka kafka, String point, Duration budget, Use<T> use)
      throws Exception {
    List<String> settings = new ArrayList<>();
    settings.add("bundle=" + plan.bundle().toAbsolutePath());
    settings.add("point=" + point);
    if (budget != null) {
      settings.add("latency.budget=%d ms".formatted(budget.toMillis()));
    }
    settings.addAll(plan.settings());
    try (JobUnderLoad job =
        new JobUnderLoad(
            kafka,
            workload,
            plan.parallelism(),
            settings,
            checkpoints,
            StreamJob::classify,
            ticker)) {
      new Trial(job, workload, ticker)
          .run(KNOCK, Duration.ZERO, budget == null ? Duration.ofDays(1) : budget, 0);
      return use.with(job);
    }
  }
}
