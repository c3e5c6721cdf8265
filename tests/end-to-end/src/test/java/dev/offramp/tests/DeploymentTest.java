package dev.offramp.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.offramp.cli.OfframpCommand;
import dev.offramp.kit.Await;
import dev.offramp.kit.JvmProcess;
import dev.offramp.kit.ProcessCluster;
import dev.offramp.runtime.TinyBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.client.cli.CliFrontend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job as it is deployed: its jar, submitted by Flink's command line and by ours to a cluster of
 * processes that have Flink and our lib folder on their class path, and nothing else of ours.
 */
@Timeout(600)
class DeploymentTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int WARM_UP = 3;
  private static final int MORE = 6;

  @TempDir Path folder;

  @Test
  void jarServesAndLeavesNoSocketOpenHoweverOftenItIsSubmitted() throws Exception {
    assumeTrue(
        Files.exists(Deployed.jar()), "needs the job's jar, which mvn package makes and test not");
    String classPath = Deployed.flinkClassPath();
    try (ProcessCluster cluster =
        ProcessCluster.start(
            Path.of("target", "deployment-" + ProcessHandle.current().pid()), classPath)) {
      List<Integer> open = new ArrayList<>();
      try (Topics topics = new Topics(cluster.kafka(), 2);
          Rounds rounds = new Rounds(topics)) {
        Path config = config(topics);
        for (int round = 0; round < WARM_UP + MORE; round++) {
          if (round == 0) {
            flinkRun(cluster, classPath, config);
          } else {
            assertThat(offrampRun(cluster, config)).isZero();
          }
          rounds.next();
          cluster.flink().cancelAll(PATIENCE);
          open.add(descriptors(cluster));
        }
      } catch (Exception | AssertionError e) {
        cluster.keep();
        throw new AssertionError("the cluster's logs are in " + cluster.logs(), e);
      }
      System.out.println("open files of the cluster's processes after each job: " + open);
      assertThat(open.get(WARM_UP + MORE - 1) - open.get(WARM_UP - 1))
          .as("more open files after %d more jobs: %s", MORE, open)
          .isLessThan(MORE);
    }
  }

  private void flinkRun(ProcessCluster cluster, String classPath, Path config) throws Exception {
    List<String> command =
        List.of(
            JvmProcess.java(),
            // As Flink's own settings have it.
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            CliFrontend.class.getName(),
            "run",
            "-d",
            Deployed.jar().toString(),
            "--config",
            config.toString(),
            "-D",
            "parallelism=2");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("CLASSPATH", classPath);
    builder.environment().put("FLINK_CONF_DIR", cluster.conf().toString());
    Path said = folder.resolve("flink-run.log");
    Process process = builder.redirectOutput(said.toFile()).start();
    assertThat(process.waitFor()).as(Files.readString(said)).isZero();
  }

  private static int offrampRun(ProcessCluster cluster, Path config) {
    return OfframpCommand.run(
        "run",
        "--config",
        config.toString(),
        "--cluster",
        cluster.web().toString(),
        "--job-jar",
        Deployed.jar().toString(),
        "-D",
        "parallelism=2");
  }

  private Path config(Topics topics) throws IOException {
    Path bundle = folder.resolve("bundle");
    TinyBundle.writeText(bundle);
    return topics.config(folder.resolve("job.yaml"), bundle, "checkpoint.interval: 200 ms");
  }

  /** How many files and sockets Flink's processes have open, once their number has settled. */
  private static int descriptors(ProcessCluster cluster) {
    List<Integer> seen = new ArrayList<>();
    Await.until(
        "open files are as many as before",
        PATIENCE,
        () -> {
          int all = Footprint.openFiles(cluster.jobManager().pid());
          for (JvmProcess taskManager : cluster.taskManagers()) {
            all += Footprint.openFiles(taskManager.pid());
          }
          seen.add(all);
          int n = seen.size();
          return n > 10 && seen.subList(n - 10, n).stream().distinct().count() == 1;
        });
    return seen.get(seen.size() - 1);
  }
}
