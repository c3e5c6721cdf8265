package dev.offramp.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.bench.CpuProfile.Sample;
import dev.offramp.bench.Snapshot.Usage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CpuProfileTest {
  private static final double PERIOD = 0.01;
  private static final Offset<Double> ROUNDING = within(1e-9);

  private static Usage usage(double all, Map<ThreadKind, Double> known) {
    Map<ThreadKind, Double> cpu = new EnumMap<>(ThreadKind.class);
    for (ThreadKind kind : ThreadKind.values()) {
      cpu.put(kind, known.getOrDefault(kind, 0.0));
    }
    return new Usage(10, all, 0, 0, cpu, Map.of());
  }

  private static List<Sample> samples(int count, ThreadKind kind, boolean inNative, Part part) {
    return Collections.nCopies(count, new Sample(kind, inNative, part));
  }

  @Test
  void nativeSamplesShareWhatJavaCodeLeaves() {
    List<Sample> samples = new ArrayList<>();
    samples.addAll(samples(100, ThreadKind.RUNNER, false, Part.GATE));
    samples.addAll(samples(30, ThreadKind.RUNNER, true, Part.INFER));
    samples.addAll(samples(10, ThreadKind.RUNNER, true, Part.TOKENIZE));
    Map<String, Double> shares =
        CpuProfile.shares(samples, PERIOD, usage(10, Map.of(ThreadKind.RUNNER, 10.0)));
    assertThat(shares.get("gate")).isCloseTo(0.1, ROUNDING);
    assertThat(shares.get("infer")).isCloseTo(0.675, ROUNDING);
    assertThat(shares.get("tokenize")).isCloseTo(0.225, ROUNDING);
  }

  @Test
  void javaSamplesAloneShareAllTheirThreadsTime() {
    List<Sample> samples = new ArrayList<>();
    samples.addAll(samples(3, ThreadKind.FLINK, false, Part.FLINK));
    samples.addAll(samples(1, ThreadKind.FLINK, false, Part.DECODE));
    Map<String, Double> shares =
        CpuProfile.shares(samples, PERIOD, usage(2, Map.of(ThreadKind.FLINK, 2.0)));
    assertThat(shares.get("flink")).isCloseTo(0.75, ROUNDING);
    assertThat(shares.get("decode")).isCloseTo(0.25, ROUNDING);
  }

  @Test
  void whatWasNotSampledIsNotLost() {
    Map<String, Double> shares =
        CpuProfile.shares(
            List.of(),
            PERIOD,
            usage(
                10,
                Map.of(
                    ThreadKind.COLLECTOR, 1.0,
                    ThreadKind.COMPILER, 2.0,
                    ThreadKind.KAFKA_BROKER, 4.0)));
    assertThat(shares.get("gc")).isCloseTo(0.1, ROUNDING);
    assertThat(shares.get("jit")).isCloseTo(0.2, ROUNDING);
    assertThat(shares.get("kafka-broker")).isCloseTo(0.4, ROUNDING);
    assertThat(shares.get("other")).isCloseTo(0.3, ROUNDING);
    assertThat(shares.values().stream().mapToDouble(Double::doubleValue).sum())
        .isCloseTo(1, ROUNDING);
  }
}
