package dev.offramp.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartTest {
  @ParameterizedTest
  @CsvSource({
    "ai.djl.huggingface.tokenizers.jni.TokenizersLibrary.encode, TOKENIZE",
    "dev.offramp.runtime.Intake.accept, TOKENIZE",
    "ai.onnxruntime.OrtSession.run, INFER",
    "ai.onnxruntime.OnnxTensor.createTensor, BATCH",
    "dev.offramp.runtime.StageRunner.spread, BATCH",
    "dev.offramp.runtime.Engine.choose, BATCH",
    "dev.offramp.runtime.Exits.leaves, GATE",
    "dev.offramp.runtime.Gate$Linear.leaves, GATE",
    "dev.offramp.runtime.Predictions.of, GATE",
    "dev.offramp.runtime.PredictionSets.of, GATE",
    "dev.offramp.stream.AvroFormat.decode, DECODE",
    "dev.offramp.stream.ReceivedDeserializer.deserialize, DECODE",
    "dev.offramp.stream.AvroRecords.serialize, EMIT",
    "org.apache.flink.connector.kafka.sink.KafkaWriter.write, EMIT",
    "org.apache.kafka.clients.producer.KafkaProducer.send, KAFKA_CLIENT",
    "org.apache.flink.streaming.runtime.tasks.StreamTask.invoke, FLINK",
    "dev.offramp.bench.Meter.seen, OTHER"
  })
  void aFrameTellsThePart(String frame, Part part) {
    assertThat(Part.of(ThreadKind.OTHER, List.of(frame))).isEqualTo(part);
  }

  @Test
  void theInnermostFrameThatIsKnownDecides() {
    List<String> stack =
        List.of(
            "java.util.HashMap.get",
            "org.apache.avro.io.BinaryDecoder.readInt",
            "dev.offramp.stream.AvroFormat.decode",
            "org.apache.flink.connector.kafka.source.reader.KafkaRecordEmitter.emitRecord",
            "org.apache.flink.streaming.runtime.tasks.StreamTask.invoke");
    assertThat(Part.of(ThreadKind.FLINK, stack)).isEqualTo(Part.DECODE);
    assertThat(Part.of(ThreadKind.FLINK, stack.subList(3, 5))).isEqualTo(Part.KAFKA_CLIENT);
  }

  @Test
  void brokersThreadsAreTheBrokersWhateverTheyCall() {
    assertThat(
            Part.of(
                ThreadKind.KAFKA_BROKER, List.of("org.apache.kafka.clients.NetworkClient.poll")))
        .isEqualTo(Part.KAFKA_BROKER);
  }

  @Test
  void stacksThatSayNothingGoByTheirThread() {
    List<String> nothing = List.of("java.lang.Thread.run");
    assertThat(Part.of(ThreadKind.RUNNER, nothing)).isEqualTo(Part.BATCH);
    assertThat(Part.of(ThreadKind.FLINK, nothing)).isEqualTo(Part.FLINK);
    assertThat(Part.of(ThreadKind.OTHER, nothing)).isEqualTo(Part.OTHER);
    assertThat(Part.of(ThreadKind.COLLECTOR, List.of())).isEqualTo(Part.COLLECT);
  }

  @Test
  void waitingForASocketIsNoWork() {
    assertThat(Part.idle(List.of("sun.nio.ch.EPoll.wait", "java.lang.Thread.run"))).isTrue();
    assertThat(Part.idle(List.of("ai.onnxruntime.OrtSession.run", "sun.nio.ch.EPoll.wait")))
        .isFalse();
  }
}
