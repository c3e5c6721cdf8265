package dev.offramp.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.runtime.BundleException;
import dev.offramp.runtime.TinyBundle;
import dev.offramp.schemas.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the client does: options are checked, operators are laid out. */
class OfframpTest {
  @TempDir Path folder;
  private final StreamExecutionEnvironment env =
      StreamExecutionEnvironment.createLocalEnvironment(2);

  @BeforeEach
  void write() throws IOException {
    TinyBundle.writeText(folder);
  }

  @Test
  void operatorsOfOneParallelismAreChainedFromTheSourceOn() {
    add(classification().operators(3));
    JobGraph graph = env.getStreamGraph(true).getJobGraph();
    assertThat(names(graph))
        .filteredOn(name -> name.contains("stages"))
        .singleElement()
        .asString()
        .containsSubsequence("receive", "stages 0-0", "stages 1-1", "stages 2-2");
  }

  @Test
  void operatorWithAPlaceOfItsOwnIsAVertexOfItsOwn() {
    add(classification().operatorsAt(List.of(0, 2)).place(1, 1, "deep"));
    StreamGraph stream = env.getStreamGraph(false);
    assertThat(node(stream, "stages 2-2").getParallelism()).isEqualTo(1);
    assertThat(node(stream, "stages 2-2").getSlotSharingGroup()).isEqualTo("deep");
    assertThat(node(stream, "stages 0-1").getParallelism()).isEqualTo(2);
    assertThat(node(stream, "stages 0-1").getSlotSharingGroup()).isEqualTo("default");
    assertThat(names(env.getStreamGraph(true).getJobGraph()))
        .filteredOn(name -> name.contains("stages"))
        .hasSize(2);
  }

  @Test
  void uidsSayWhatIsServedAndPrefixesKeepNetworksApart() {
    DataStream<Event> events = events();
    add(Offramp.classify(events, folder.toString()).operators(2));
    add(Offramp.classify(events, folder.toString()).uidPrefix("topics"));
    List<String> uids = new ArrayList<>();
    StreamGraph graph = env.getStreamGraph(true);
    for (StreamNode node : graph.getStreamNodes()) {
      if (node.getTransformationUID() != null) {
        uids.add(node.getTransformationUID());
      }
    }
    assertThat(uids)
        .containsExactlyInAnyOrder(
            "offramp-receive",
            "offramp-stages-0-0",
            "offramp-stages-1-2",
            "topics-receive",
            "topics-stages-0-2");
    assertThat(node(graph, "topics stages 0-2")).isNotNull();
  }

  @Test
  void wrongOptionsAreRefusedAtOnce() {
    assertThatThrownBy(() -> classification().point("fast").apply())
        .hasMessageContaining("no operating point 'fast'");
    assertThatThrownBy(() -> classification().confidence(0.5).apply())
        .hasMessageContaining("confidence level 0.5");
    assertThatThrownBy(() -> classification().budget(Duration.ZERO).apply())
        .hasMessageContaining("latency budget must be 1 ms or more");
    assertThatThrownBy(() -> classification().batchWait(Duration.ofMillis(-1)).apply())
        .hasMessageContaining("batch wait must not be negative");
    assertThatThrownBy(() -> classification().operators(9).apply())
        .hasMessageContaining("operators must be 1 to 3");
    assertThatThrownBy(() -> classification().place(1, 2, "deep").apply())
        .hasMessageContaining("no operator 1 to be placed");
    assertThatThrownBy(() -> classification().place(0, 0, "deep"))
        .hasMessageContaining("parallelism of operator 0 must be 1 or more: 0");
    assertThatThrownBy(() -> classification().device("gpu"))
        .hasMessageContaining("device must be auto, cpu or cuda:N");
    assertThatThrownBy(() -> classification().capacity(0))
        .hasMessageContaining("capacity must be 1 or more: 0");
  }

  @Test
  void folderWithoutABundleIsRefusedAtOnce() throws IOException {
    Files.delete(folder.resolve("manifest.json"));
    assertThatThrownBy(() -> classification().apply())
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("is no bundle");
  }

  private Classification classification() {
    return Offramp.classify(events(), folder.toString());
  }

  private DataStream<Event> events() {
    return env.fromSequence(0, 9).map(Events::at).returns(new AvroTypeInfo<>(Event.class));
  }

  private static void add(Classification classification) {
    Offramp.Results results = classification.apply();
    results.predictions().sinkTo(new DiscardingSink<>());
    results.deadLetters().sinkTo(new DiscardingSink<>());
  }

  private static List<String> names(JobGraph graph) {
    List<String> names = new ArrayList<>();
    for (JobVertex vertex : graph.getVertices()) {
      names.add(vertex.getName());
    }
    return names;
  }

  private static StreamNode node(StreamGraph graph, String name) {
    return graph.getStreamNodes().stream()
        .filter(n -> n.getOperatorName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
