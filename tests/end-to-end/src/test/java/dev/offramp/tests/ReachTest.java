package dev.offramp.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.kit.LocalFlink;
import dev.offramp.runtime.Classifier;
import dev.offramp.runtime.TinyBundle;
import dev.offramp.schemas.Event;
import dev.offramp.stream.StreamJob;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the job touches beside its topics: no file of the bundle, and no network. */
@Timeout(300)
class ReachTest {
  @TempDir Path folder;
  private Path bundle;

  @BeforeEach
  void write() throws Exception {
    bundle = folder.resolve("tiny");
    TinyBundle.writeText(bundle);
    permit("r--r--r--", "r-xr-xr-x");
  }

  @AfterEach
  void permitDeletion() throws Exception {
    permit("rw-r--r--", "rwxr-xr-x");
  }

  @Test
  void localJobListensOnLoopbackAlone_andLeavesTheBundleAsItIs() throws Exception {
    Map<String, String> files = files();
    try (Topics topics = new Topics(2)) {
      Set<String> broker = Sockets.listening();
      int port = LocalFlink.freePort();
      StreamExecutionEnvironment env =
          LocalFlink.environment(port, Files.createDirectory(folder.resolve("checkpoints")));
      env.setParallelism(2);
      StreamJob.build(env, topics.options(bundle, "operators.count=2"));
      JobClient job = env.executeAsync("reach");
      try {
        Random random = new Random(1);
        for (int i = 0; i < 100; i++) {
          topics.send(new Event("event-" + i, TinyBundle.text(random), null, null));
        }
        topics.sent();
        assertThat(topics.predictions(100)).hasSize(100);
        Set<String> opened = new TreeSet<>(Sockets.listening());
        opened.removeAll(broker);
        // The second hands files to Flink's TaskManager.
        assertThat(opened)
            .hasSize(2)
            .contains("loopback:" + port)
            .allMatch(socket -> socket.startsWith("loopback:"));
      } finally {
        job.cancel().get();
      }
    }
    assertThat(files()).isEqualTo(files);
  }

  @Test
  void libraryOpensNoPort_andLeavesTheBundleAsItIs() throws Exception {
    Map<String, String> files = files();
    Set<String> before = Sockets.listening();
    try (Classifier classifier = Classifier.open(bundle)) {
      classifier.classify(List.of("w1 w2", "w3"));
      assertThat(Sockets.listening()).isEqualTo(before);
    }
    assertThat(files()).isEqualTo(files);
  }

  @Test
  void socketsSeeWhatListens() throws Exception {
    Set<String> before = Sockets.listening();
    try (ServerSocket loopback = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket anywhere = new ServerSocket(0)) {
      Set<String> opened = new TreeSet<>(Sockets.listening());
      opened.removeAll(before);
      assertThat(opened)
          .containsExactlyInAnyOrder(
              "loopback:" + loopback.getLocalPort(), "anywhere:" + anywhere.getLocalPort());
    }
  }

  /** The bundle's files with their bytes and the time of their last change. */
  private Map<String, String> files() throws Exception {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(bundle)) {
      for (Path file : all.toList()) {
        String content =
            Files.isDirectory(file) ? "" : HexFormat.of().formatHex(Files.readAllBytes(file));
        files.put(bundle.relativize(file).toString(), Files.getLastModifiedTime(file) + content);
      }
    }
    return files;
  }

  private void permit(String ofFiles, String ofTheFolder) throws Exception {
    Files.setPosixFilePermissions(bundle, PosixFilePermissions.fromString(ofTheFolder));
    try (Stream<Path> all = Files.list(bundle)) {
      for (Path file : all.toList()) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(ofFiles));
      }
    }
  }
}
