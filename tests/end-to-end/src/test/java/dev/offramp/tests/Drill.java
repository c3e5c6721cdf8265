package dev.offramp.tests;

import dev.offramp.kit.FlinkRest.Progress;
import dev.offramp.kit.JvmProcess;
import dev.offramp.kit.ProcessCluster;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Manifest;
import dev.offramp.stream.StreamJob;
import dev.offramp.stream.StreamOptions;
import dev.offramp.stream.options.Options;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * One drill: a job on a cluster of processes, a steady stream of events into it, and what it has
 * committed. A drill does its harm through the cluster's processes; {@link #end} reconciles.
 */
final class Drill implements AutoCloseable {
  /** For whatever processes do that have to start, to notice and to recover on a busy machine. */
  static final Duration PATIENCE = Duration.ofMinutes(4);

  private static final int PARTITIONS = 2;

  private final ProcessCluster cluster;
  private final String name;
  private final String slug;
  private final Script script;
  private final Instant begun = Instant.now();
  private final EventStream stream;
  private final Committed committed;
  private final List<String> faults = new ArrayList<>();
  private final List<Double> recoveries = new ArrayList<>();
  private final List<Manifest> bundles = new ArrayList<>();
  private Path bundle;
  private int parallelism;
  private JobClient job;
  private Optional<String> from = Optional.empty();

  /**
   * Makes the topics and begins to send.
   *
   * @param slug begins the names of what it has in Kafka
   */
  Drill(ProcessCluster cluster, String name, String slug, Script script, int eventsPerSecond) {
    this.cluster = cluster;
    this.name = name;
    this.slug = slug;
    this.script = script;
    for (String topic : List.of("-events", "-predictions", "-dead-letters")) {
      cluster.kafka().createTopic(slug + topic, PARTITIONS);
    }
    committed = new Committed(cluster.kafka(), slug + "-predictions", slug + "-dead-letters");
    stream = new EventStream(cluster.kafka(), slug + "-events", script, eventsPerSecond);
  }

  /** Starts the job on a bundle and waits until it has committed something. */
  void start(Path onBundle, int withParallelism) throws Exception {
    bundle = onBundle;
    parallelism = withParallelism;
    var unused = submit();
    committed.until("the job commits", PATIENCE, () -> !committed.predictions().isEmpty());
  }

  /** The cluster. */
  ProcessCluster cluster() {
    return cluster;
  }

  /** What was committed. */
  Committed committed() {
    return committed;
  }

  /** Notes a fault for the table. */
  void note(String fault) {
    faults.add(fault);
  }

  /** The checkpoint that is being made. */
  Optional<Progress> checkpoint() {
    return cluster.flink().checkpoint(job.getJobID());
  }

  /** Number of the last complete checkpoint. */
  long lastCheckpoint() {
    return cluster.flink().lastCheckpoint(job.getJobID());
  }

  /** How many checkpoints have failed. */
  long failedCheckpoints() {
    return cluster.flink().failedCheckpoints(job.getJobID());
  }

  /**
   * Kills the JobManager, starts it again and submits the job from its last checkpoint.
   *
   * @return when it was submitted
   */
  Instant killJobManager() throws Exception {
    JvmProcess jobManager = cluster.jobManager();
    jobManager.kill();
    // A job that had no checkpoint yet goes on from where it was started from.
    from = cluster.latestCheckpoint(job.getJobID()).or(() -> from);
    cluster.heal();
    return submit();
  }

  /** Stops the job with a savepoint, starts it from there, and awaits that it commits. */
  void restartFromSavepoint(Path onBundle, int withParallelism) throws Exception {
    Instant stopped = Instant.now();
    from = Optional.of(job.stopWithSavepoint(false, null, SavepointFormatType.CANONICAL).get());
    bundle = onBundle;
    parallelism = withParallelism;
    recovered(stopped, submit());
  }

  /** Waits until a prediction that was made after a fault is committed. */
  void recovered(Instant fault) {
    recovered(fault, fault);
  }

  /**
   * Waits until a prediction that was made after an instant is committed, and notes how long that
   * was from the fault on.
   */
  void recovered(Instant fault, Instant madeAfter) {
    committed.until(
        "a prediction made after the fault is committed",
        PATIENCE,
        () -> committed.lastMade().isAfter(madeAfter));
    recoveries.add(Duration.between(fault, Instant.now()).toMillis() / 1000.0);
  }

  /** Ends the stream at this many events or more, waits for their records, and reconciles. */
  Reconciliation end(int atLeast) throws Exception {
    int sent = stream.end(atLeast);
    committed.until(
        "all of %d events have left".formatted(sent),
        PATIENCE,
        () -> committed.predictions().size() + committed.letters().size() >= sent);
    // What was in flight would come with the last commit, as a record too many.
    var unused = job.stopWithSavepoint(false, null, SavepointFormatType.CANONICAL).get();
    committed.toEnd(PATIENCE);
    return reconcile(sent);
  }

  /** Reconciles what there is, for a drill that failed. */
  Reconciliation reconcile() {
    return reconcile(stream.sent());
  }

  private Reconciliation reconcile(int sent) {
    return Reconciliation.of(
        script,
        sent,
        committed.predictions(),
        committed.letters(),
        new PredictionCheck(bundles, begun));
  }

  /** The row of the table. */
  DrillResult result(Reconciliation reconciled) {
    return new DrillResult(
        name,
        reconciled.sent(),
        List.copyOf(faults),
        reconciled.lost().size(),
        reconciled.doubled().size(),
        reconciled.invalid().size() + reconciled.strangers().size(),
        reconciled.deadLettered(),
        List.copyOf(recoveries),
        script.seed());
  }

  private Instant submit() throws Exception {
    Manifest manifest = Bundle.readManifest(bundle);
    if (bundles.stream().noneMatch(b -> b.id().equals(manifest.id()))) {
      bundles.add(manifest);
    }
    StreamExecutionEnvironment env = cluster.environment(from);
    StreamJob.build(env, options());
    Instant submitted = Instant.now();
    job = env.executeAsync(name);
    return submitted;
  }

  private Options options() {
    String yaml =
        """
        bundle: %2$s
        source: {topic: %1$s-events, start: earliest, group: %1$s}
        sink: {topic: %1$s-predictions, transaction.prefix: %1$s}
        dead.letters.topic: %1$s-dead-letters
        kafka: {bootstrap.servers: "%3$s"}
        device: cpu
        checkpoint.interval: 1 s
        parallelism: %4$d
        """
            .formatted(slug, bundle, cluster.kafka().bootstrapServers(), parallelism);
    return StreamOptions.all().read("job.yaml", yaml, List.of(), Map.of());
  }

  @Override
  public void close() {
    stream.close();
    committed.close();
  }
}
