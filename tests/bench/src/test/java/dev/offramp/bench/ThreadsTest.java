package dev.offramp.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.bench.Snapshot.Used;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThreadsTest {
  @ParameterizedTest
  @CsvSource({
    "offramp stages 0-2 #0, RUNNER",
    "offramp async #1, RUNNER",
    "Source: events -> stages 0-2 (1/2)#0, FLINK",
    "tap -> predictions: Writer -> predictions: Committer (2/2)#0, FLINK",
    "flink-pekko.actor.default-dispatcher-6, FLINK",
    "Source Data Fetcher for Source: events -> stages 0-2 (1/2)#0, KAFKA_CLIENT",
    "kafka-producer-network-thread | producer-prefix-0-1, KAFKA_CLIENT",
    "kafka-admin-client-thread | adminclient-1, KAFKA_CLIENT",
    "data-plane-kafka-request-handler-3, KAFKA_BROKER",
    "main, OTHER"
  })
  void aNameTellsTheKind(String name, ThreadKind kind) {
    assertThat(ThreadKind.of(name)).isEqualTo(kind);
  }

  @Test
  void linuxTellsTheCpuTimeOfTheVirtualMachinesOwnThreads() {
    String counts = " S 1 1 1 0 -1 4194368 10 0 0 0 250 50 0 0 20 0 60 0 100 1 1";
    assertThat(VmThreads.used("42 (GC Thread#0)" + counts))
        .contains(new Used(ThreadKind.COLLECTOR, 3_000_000_000L, 0));
    assertThat(VmThreads.used("43 (C2 CompilerThre)" + counts))
        .contains(new Used(ThreadKind.COMPILER, 3_000_000_000L, 0));
    assertThat(VmThreads.used("44 (a (odd) name)" + counts)).isEmpty();
  }

  @Test
  void residentBytesAreReadFromTheProcessStatus() {
    assertThat(MemoryPeak.resident(List.of("Name:\tjava", "VmRSS:\t  2048 kB"))).isEqualTo(1 << 21);
    assertThat(MemoryPeak.resident(List.of("Name:\tjava"))).isZero();
  }

  @Test
  void aSnapshotHoldsWhatThisThreadAllocated() {
    Snapshot before = Snapshot.take();
    byte[][] kept = new byte[64][];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = new byte[1 << 16];
    }
    assertThat(kept).hasDimensions(64, 1 << 16);
    assertThat(Snapshot.take().since(before).allocatedBytes()).isGreaterThan(64L << 16);
  }
}
