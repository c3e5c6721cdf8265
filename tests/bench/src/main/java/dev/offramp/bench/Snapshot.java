package dev.offramp.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * What this JVM has used up to a moment.
 *
 * @param nanos of {@link System#nanoTime}
 * @param at the same moment on the wall's clock
 * @param cpuNanos CPU time of the process
 * @param gcMillis time of garbage collections
 * @param residentBytes of the process
 * @param threads live threads, by id where they are Java's
 */
record Snapshot(
    long nanos,
    Instant at,
    long cpuNanos,
    long gcMillis,
    long residentBytes,
    Map<Long, Used> threads) {
  /** What a thread has used since it began: CPU time, and heap bytes. */
  record Used(ThreadKind kind, long cpuNanos, long allocatedBytes) {}

  /** The present moment. */
  static Snapshot take() {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    var beans = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long[] ids = beans.getAllThreadIds();
    ThreadInfo[] infos = beans.getThreadInfo(ids);
    long[] cpu = beans.getThreadCpuTime(ids);
    long[] allocated = beans.getThreadAllocatedBytes(ids);
    Map<Long, Used> threads = new HashMap<>(VmThreads.take());
    for (int i = 0; i < ids.length; i++) {
      if (infos[i] != null && cpu[i] >= 0 && allocated[i] >= 0) {
        ThreadKind kind = ThreadKind.of(infos[i].getThreadName());
        threads.put(ids[i], new Used(kind, cpu[i], allocated[i]));
      }
    }
    return new Snapshot(
        System.nanoTime(),
        Instant.now(),
        system.getProcessCpuTime(),
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .mapToLong(GarbageCollectorMXBean::getCollectionTime)
            .sum(),
        MemoryPeak.residentNow(),
        threads);
  }

  /** What was used since an earlier moment; threads that have ended meanwhile aren't in it. */
  Usage since(Snapshot earlier) {
    Map<ThreadKind, Double> cpu = new EnumMap<>(ThreadKind.class);
    Map<ThreadKind, Long> bytes = new EnumMap<>(ThreadKind.class);
    for (ThreadKind kind : ThreadKind.values()) {
      cpu.put(kind, 0.0);
      bytes.put(kind, 0L);
    }
    threads.forEach(
        (id, now) -> {
          Used then = earlier.threads.getOrDefault(id, new Used(now.kind, 0, 0));
          cpu.merge(now.kind, (now.cpuNanos - then.cpuNanos) / 1e9, Double::sum);
          bytes.merge(now.kind, now.allocatedBytes - then.allocatedBytes, Long::sum);
        });
    return new Usage(
        (nanos - earlier.nanos) / 1e9,
        (cpuNanos - earlier.cpuNanos) / 1e9,
        (gcMillis - earlier.gcMillis) / 1e3,
        residentBytes - earlier.residentBytes,
        cpu,
        bytes);
  }

  /**
   * What was used between two moments.
   *
   * @param seconds between them
   * @param cpuSeconds of the whole process, its native threads too
   * @param gcSeconds that garbage collections took
   * @param residentBytes by which the process has grown
   * @param cpuByKind CPU seconds of threads
   * @param allocatedByKind heap bytes
   */
  record Usage(
      double seconds,
      double cpuSeconds,
      double gcSeconds,
      long residentBytes,
      Map<ThreadKind, Double> cpuByKind,
      Map<ThreadKind, Long> allocatedByKind) {
    /** Heap bytes of all threads. */
    long allocatedBytes() {
      return allocatedByKind.values().stream().mapToLong(Long::longValue).sum();
    }
  }
}
