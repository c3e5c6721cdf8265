package dev.offramp.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.runtime.ChangedStage;
import dev.offramp.runtime.ServingOptions;
import dev.offramp.runtime.TinyBundle;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.Prediction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A bundle that lies elsewhere is copied for the job; the copy goes with it, the bundle stays. */
@Timeout(120)
class BundleCopiesTest {
  private static final int EVENTS = 200;
  @TempDir static Path temporary;

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          () -> {
            Configuration conf = new Configuration();
            conf.set(CoreOptions.TMP_DIRS, temporary.toString());
            return new MiniClusterResourceConfiguration.Builder()
                .setNumberTaskManagers(1)
                .setNumberSlotsPerTaskManager(2)
                .setConfiguration(conf)
                .build();
          });

  @TempDir Path folder;

  @Test
  void copyGoesWithAJobThatEnds() throws Exception {
    TinyBundle.writeText(folder);
    Map<String, String> before = files();
    AwayFileSystem.opened = 0;
    Events.assertSameAsClassifier(folder, ServingOptions.DEFAULT, Events.some(EVENTS), run());
    assertThat(AwayFileSystem.opened).as("files that were copied").isGreaterThan(4);
    assertNothingIsLeft();
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void copyGoesWithAJobThatCantBegin() throws Exception {
    ChangedStage.unloadable(folder, 1);
    Map<String, String> before = files();
    assertThatThrownBy(this::run).hasStackTraceContaining("stage-1.onnx can't be loaded on cpu");
    assertNothingIsLeft();
    assertThat(files()).isEqualTo(before);
  }

  private List<Prediction> run() throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(2);
    return Offramp.classify(
            env.fromSequence(0, EVENTS - 1)
                .map(Events::at)
                .returns(new AvroTypeInfo<>(Event.class)),
            "away://" + folder)
        .device("cpu")
        .apply()
        .predictions()
        .executeAndCollect(EVENTS);
  }

  private static void assertNothingIsLeft() throws IOException {
    assertThat(Desk.held()).isZero();
    try (Stream<Path> all = Files.walk(temporary)) {
      assertThat(all.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith("offramp-") || name.endsWith(".onnx"));
    }
  }

  /** The bundle's files with their bytes and the time of their last change. */
  private Map<String, String> files() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.toList()) {
        files.put(
            file.getFileName().toString(),
            Files.getLastModifiedTime(file) + HexFormat.of().formatHex(Files.readAllBytes(file)));
      }
    }
    return files;
  }
}
