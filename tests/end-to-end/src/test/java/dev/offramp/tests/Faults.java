package dev.offramp.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.kit.Await;
import dev.offramp.kit.FlinkRest.Progress;
import dev.offramp.kit.JvmProcess;
import dev.offramp.kit.ProcessCluster;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The harm that drills do. A method that says when it struck returns the instant from which the
 * recovery counts. The two TaskManagers run a subtask each when a job has just started.
 */
final class Faults {
  /** What befalls a cluster at any time. */
  enum Kind {
    TASK_MANAGER_KILLED,
    JOB_MANAGER_KILLED,
    BROKER_STOPPED,
    BROKER_KILLED,
    TASK_MANAGER_PAUSED
  }

  private static final Duration PATIENCE = Drill.PATIENCE;

  /** What the operating system says of a file that may not grow. */
  private static final String REFUSED = "File too large";

  private Faults() {}

  /**
   * Kills a TaskManager that has done its part of a checkpoint while the other one, paused, still
   * owes its own until the JobManager gives the checkpoint up: what the dead one wrote must not
   * show.
   */
  static Instant killInCheckpoint(Drill drill) {
    List<JvmProcess> two = drill.cluster().taskManagers();
    two.get(0).pause();
    long half = awaitHalfACheckpoint(drill);
    Instant struck = Instant.now();
    two.get(1).kill();
    Await.until(
        "the checkpoint is given up",
        PATIENCE,
        () -> drill.checkpoint().filter(progress -> progress.id() == half).isEmpty());
    assertThat(drill.lastCheckpoint()).as("last complete checkpoint").isLessThan(half);
    two.get(0).resume();
    two.get(1).start();
    drill.note("kill -9 of a TaskManager in the middle of a checkpoint");
    return struck;
  }

  /**
   * Kills a TaskManager after a checkpoint is complete and before it hears of it: what it wrote up
   * to the checkpoint isn't committed yet, and must be by the one that takes its place.
   */
  static Instant killBeforeCommit(Drill drill) {
    List<JvmProcess> two = drill.cluster().taskManagers();
    two.get(0).pause();
    long half = awaitHalfACheckpoint(drill);
    two.get(1).pause();
    two.get(0).resume();
    Await.until("the checkpoint completes", PATIENCE, () -> drill.lastCheckpoint() >= half);
    Instant struck = Instant.now();
    two.get(1).kill();
    two.get(1).start();
    drill.note("kill -9 of a TaskManager between a checkpoint and its commit");
    return struck;
  }

  private static long awaitHalfACheckpoint(Drill drill) {
    AtomicLong id = new AtomicLong();
    Await.until(
        "one TaskManager has done its part of a checkpoint",
        PATIENCE,
        () -> {
          Progress progress = drill.checkpoint().orElse(new Progress(0, 0, 0));
          id.set(progress.id());
          return progress.acknowledged() > 0 && progress.acknowledged() < progress.subtasks();
        });
    return id.get();
  }

  /** Kills the JobManager, starts the job again from its last checkpoint, and awaits that. */
  static void killJobManager(Drill drill) throws Exception {
    Instant struck = Instant.now();
    drill.note("kill -9 of the JobManager");
    Instant submitted = drill.killJobManager();
    drill.recovered(struck, submitted);
  }

  /** Stops the broker for so long. */
  static Instant stopBroker(Drill drill, Duration away) {
    JvmProcess broker = drill.cluster().broker();
    Instant struck = Instant.now();
    broker.terminate(PATIENCE);
    drill.committed().during(away);
    broker.start();
    drill.note("broker stopped for %d s".formatted(away.toSeconds()));
    return struck;
  }

  /**
   * Pauses a TaskManager until it is given up and the job runs without it, then lets it go on: its
   * tasks wake up, with open transactions, in a world that has moved on. It can end by itself then:
   * the Kafka sink throws once more when its fenced writer is closed, which Flink takes for fatal.
   */
  static Instant pausePastHeartbeat(Drill drill) {
    ProcessCluster cluster = drill.cluster();
    JvmProcess paused = cluster.taskManagers().get(0);
    Instant struck = Instant.now();
    paused.pause();
    String id = ProcessCluster.id(paused);
    Await.until("it is given up", PATIENCE, () -> !cluster.flink().taskManagers().contains(id));
    drill.recovered(struck);
    paused.resume();
    Instant resumed = Instant.now();
    Await.until(
        "it is back or has ended",
        PATIENCE,
        () -> !paused.isAlive() || cluster.flink().taskManagers().contains(id));
    drill.note("TaskManager paused past its heartbeat and resumed");
    return resumed;
  }

  /** Lets JobManager and TaskManagers write no file until two checkpoints have failed. */
  static Instant fullDisk(Drill drill) {
    ProcessCluster cluster = drill.cluster();
    List<JvmProcess> all =
        List.of(cluster.jobManager(), cluster.taskManagers().get(0), cluster.taskManagers().get(1));
    long before = drill.failedCheckpoints();
    Instant struck = Instant.now();
    all.forEach(process -> process.refuseWrites(true));
    Await.until("checkpoints fail", PATIENCE, () -> drill.failedCheckpoints() >= before + 2);
    Await.until("a write was refused", PATIENCE, () -> all.stream().anyMatch(p -> p.said(REFUSED)));
    all.forEach(process -> process.refuseWrites(false));
    drill.note("no file could be written until two checkpoints had failed");
    return struck;
  }

  /**
   * One of five kinds of fault, whatever the job is about to do; how long it lasts is of chance.
   *
   * @return when it began
   */
  static Instant strike(Kind kind, Drill drill, Random random) throws Exception {
    ProcessCluster cluster = drill.cluster();
    JvmProcess taskManager = cluster.taskManagers().get(random.nextInt(2));
    Instant struck = Instant.now();
    switch (kind) {
      case TASK_MANAGER_KILLED -> {
        taskManager.kill();
        taskManager.start();
        drill.note("kill -9 of a TaskManager");
      }
      case JOB_MANAGER_KILLED -> {
        drill.note("kill -9 of the JobManager");
        drill.killJobManager();
      }
      case BROKER_STOPPED -> stopBroker(drill, Duration.ofSeconds(1 + random.nextInt(10)));
      case BROKER_KILLED -> {
        cluster.broker().kill();
        cluster.broker().start();
        drill.note("kill -9 of the broker");
      }
      case TASK_MANAGER_PAUSED -> {
        int seconds = 5 + random.nextInt(15);
        taskManager.pause();
        drill.committed().during(Duration.ofSeconds(seconds));
        taskManager.resume();
        drill.note("TaskManager paused for %d s".formatted(seconds));
      }
    }
    return struck;
  }
}
