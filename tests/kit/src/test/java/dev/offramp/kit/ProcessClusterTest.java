package dev.offramp.kit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class ProcessClusterTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @Test
  void processesComeBackAfterEveryKindOfEndAndNoneIsLeftAtClose() throws Exception {
    // Not a temporary folder: where the cluster doesn't start, its logs must outlive the test.
    Path folder = Path.of("target", "cluster-" + ProcessHandle.current().pid());
    List<ProcessHandle> before = ProcessHandle.current().children().toList();
    try (ProcessCluster cluster = ProcessCluster.start(folder)) {
      cluster.kafka().createTopic("kept", 1);
      try (var producer = cluster.kafka().producer(Map.of());
          var reader = cluster.kafka().reader("kept")) {
        producer.send(new ProducerRecord<>("kept", "before".getBytes(UTF_8))).get();
        cluster.broker().terminate(PATIENCE);
        cluster.taskManagers().get(0).kill();
        cluster.taskManagers().get(1).pause();
        Await.until("the paused one is given up", PATIENCE, () -> none(cluster));
        cluster.jobManager().kill();
        cluster.heal();
        producer.send(new ProducerRecord<>("kept", "after".getBytes(UTF_8))).get();
        assertThat(reader.read(2, PATIENCE))
            .extracting(r -> new String(r.value(), UTF_8))
            .containsExactly("before", "after");
      }
      assertThat(cluster.flink().taskManagers())
          .containsExactlyInAnyOrder("taskmanager-1-2", "taskmanager-2-1");
      assertThat(cluster.logs()).isDirectoryContaining("glob:**taskmanager-2.log");
      assertThat(cluster.latestCheckpoint(new JobID())).isEmpty();
    }
    assertThat(ProcessHandle.current().children()).containsExactlyInAnyOrderElementsOf(before);
    assertThat(Files.exists(folder)).isFalse();
  }

  private static boolean none(ProcessCluster cluster) {
    return cluster.flink().taskManagers().isEmpty();
  }
}
