package dev.offramp.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.kit.ProcessCluster;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.ManifestFile;
import dev.offramp.runtime.TinyBundle;
import dev.offramp.schemas.Prediction;
import dev.offramp.tests.Faults.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Harm done to a broker, a JobManager and two TaskManagers that are real processes, under a steady
 * stream of events; afterwards the committed output is compared with the input, event by event. The
 * short form is the drills without the tag, with 3,000 events each; {@code mvn verify -Psoak} runs
 * all with 20,000. {@code -Ddrill.seed=N} repeats what was random.
 */
@Timeout(900)
class DrillsTest {
  private interface Harm {
    void on(Drill drill) throws Exception;
  }

  private static final int EVENTS = Integer.getInteger("drill.events", 3_000);
  private static final int EVENTS_PER_SECOND = 400;
  private static final long SEED = Long.getLong("drill.seed", System.nanoTime() % 1_000_000);

  @TempDir static Path bundles;
  private static DrillTable table;
  private static Path bundle;
  private static ProcessCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    System.out.println("drill.seed=" + SEED);
    Path target = Path.of("target");
    table = new DrillTable(target);
    bundle = bundles.resolve("one");
    TinyBundle.writeText(bundle);
    cluster = ProcessCluster.start(target.resolve("drills-" + ProcessHandle.current().pid()));
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static void drill(String name, String slug, boolean poison, int parallelism, Harm harm)
      throws Exception {
    Script script = new Script(SEED, poison);
    cluster.heal();
    cluster.flink().cancelAll(Drill.PATIENCE);
    try (Drill drill = new Drill(cluster, name, slug, script, EVENTS_PER_SECOND)) {
      Reconciliation reconciled;
      try {
        drill.start(bundle, parallelism);
        harm.on(drill);
        reconciled = drill.end(EVENTS);
      } catch (Exception e) {
        throw new AssertionError(name + "\n" + drill.reconcile(), e);
      }
      table.add(drill.result(reconciled));
      System.out.println(name + "\n" + reconciled);
      assertThat(reconciled.isClean()).as("%s%n%s", name, reconciled).isTrue();
      assertThat(reconciled.deadLettered()).as("some events had to be dead letters").isPositive();
    } catch (Exception | AssertionError e) {
      cluster.keep();
      throw new AssertionError("the processes' logs are in " + cluster.logs(), e);
    }
  }

  @Test
  void taskManagerKilledInTheMiddleOfACheckpoint() throws Exception {
    drill(
        "TaskManager killed in a checkpoint",
        "in-checkpoint",
        false,
        2,
        drill -> drill.recovered(Faults.killInCheckpoint(drill)));
  }

  @Test
  void taskManagerKilledBetweenACheckpointAndItsCommit() throws Exception {
    drill(
        "TaskManager killed before a commit",
        "before-commit",
        false,
        2,
        drill -> drill.recovered(Faults.killBeforeCommit(drill)));
  }

  @Test
  void jobManagerKilledAndJobStartedFromItsLastCheckpoint() throws Exception {
    drill("JobManager killed", "jobmanager", false, 2, Faults::killJobManager);
  }

  @Test
  void brokerStoppedAndBack() throws Exception {
    Duration away = Duration.ofSeconds(EVENTS < 20_000 ? 5 : 20);
    drill(
        "Broker stopped",
        "broker",
        false,
        2,
        drill -> drill.recovered(Faults.stopBroker(drill, away)));
  }

  @Test
  void savepointStopRescaleResume() throws Exception {
    drill(
        "Savepoint, stop, rescale from 1 to 2, resume",
        "rescale",
        false,
        1,
        drill -> {
          drill.note("stop with a savepoint, start with two subtasks");
          drill.restartFromSavepoint(bundle, 2);
        });
  }

  @Test
  @Tag("soak")
  void savepointResumeWithAnotherBundle() throws Exception {
    Path other = bundles.resolve("two");
    Manifest manifest = TinyBundle.writeText(other);
    ManifestFile.write(renamed(manifest), other);
    String id = Bundle.readManifest(other).id();
    assertThat(id).isNotEqualTo(manifest.id());
    drill(
        "Savepoint, resume with another bundle",
        "bundle",
        false,
        2,
        drill -> {
          drill.note("stop with a savepoint, start with another bundle");
          drill.restartFromSavepoint(other, 2);
          drill.committed().until("the other serves", Drill.PATIENCE, () -> made(drill, id));
        });
  }

  private static boolean made(Drill drill, String bundleId) {
    return drill.committed().predictions().stream()
        .map(Prediction::getModel)
        .anyMatch(model -> model.getBundle().equals(bundleId));
  }

  private static Manifest renamed(Manifest m) {
    return new Manifest(
        m.formatVersion(),
        m.id(),
        "another",
        m.labels(),
        m.input(),
        m.stages(),
        m.stacking(),
        m.foresight(),
        m.levels(),
        m.points(),
        "full",
        m.batchInvariant(),
        m.provenance());
  }

  @Test
  @Tag("soak")
  void taskManagerPausedPastItsHeartbeatAndResumed() throws Exception {
    drill(
        "TaskManager paused",
        "paused",
        false,
        2,
        drill -> {
          Instant resumed = Faults.pausePastHeartbeat(drill);
          cluster.heal();
          // What it wakes up to do comes now; the stream goes on meanwhile.
          drill.committed().during(Duration.ofSeconds(10));
          assertThat(drill.committed().lastMade()).isAfter(resumed);
        });
  }

  @Test
  @Tag("soak")
  void fiveFaultsInARowAtRandomTimes() throws Exception {
    Random random = new Random(SEED);
    drill(
        "Five faults at random times",
        "five",
        false,
        2,
        drill -> {
          List<Kind> kinds = new ArrayList<>(List.of(Kind.values()));
          Collections.shuffle(kinds, random);
          Instant struck = Instant.now();
          for (Kind kind : kinds) {
            drill.committed().during(Duration.ofMillis(random.nextInt(8_000)));
            struck = Faults.strike(kind, drill, random);
          }
          drill.recovered(struck, Instant.now());
        });
  }

  @Test
  @Tag("soak")
  void eventThatTheNetworkFailsOnIsADeadLetterAndItsNeighboursAreServed() throws Exception {
    drill(
        "A session that throws in the middle of a batch",
        "poison",
        true,
        2,
        drill -> drill.note("every 1000th event makes stage 0 throw"));
  }

  @Test
  @Tag("soak")
  void diskFullForCheckpointsForAWhile() throws Exception {
    drill(
        "Disk full for checkpoints",
        "disk",
        false,
        2,
        drill -> drill.recovered(Faults.fullDisk(drill)));
  }
}
