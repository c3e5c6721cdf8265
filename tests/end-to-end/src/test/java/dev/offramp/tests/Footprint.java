package dev.offramp.tests;

import dev.offramp.runtime.OpenSessions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What this JVM holds, after its garbage is gone.
 *
 * @param residentKiB memory that is resident, the heap's included
 * @param directBuffers buffers outside the heap
 * @param directKiB their memory
 * @param threads that live
 * @param descriptors open files and sockets
 * @param temporaryFiles under {@code java.io.tmpdir}
 * @param sessions of stages that are open
 * @param classes that are loaded
 */
record Footprint(
    long residentKiB,
    long directBuffers,
    long directKiB,
    int threads,
    int descriptors,
    int temporaryFiles,
    int sessions,
    int classes) {
  private static final int COLLECTIONS = 20;

  /** Measures. */
  static Footprint measure() throws IOException {
    BufferPoolMXBean direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .findFirst()
            .orElseThrow();
    var classes = ManagementFactory.getClassLoadingMXBean();
    long before = -1;
    long now = direct.getCount() + classes.getLoadedClassCount();
    // Buffers and classes go some time after what held them.
    for (int i = 0; i < COLLECTIONS && now != before; i++) {
      System.gc();
      LockSupport.parkNanos(200_000_000);
      before = now;
      now = direct.getCount() + classes.getLoadedClassCount();
    }
    return new Footprint(
        resident(),
        direct.getCount(),
        direct.getMemoryUsed() >> 10,
        ManagementFactory.getThreadMXBean().getThreadCount(),
        openFiles(ProcessHandle.current().pid()),
        count(Path.of(System.getProperty("java.io.tmpdir")), Integer.MAX_VALUE),
        OpenSessions.count(),
        classes.getLoadedClassCount());
  }

  /** How many files and sockets a process has open, and the folder that lists them. */
  static int openFiles(long pid) throws IOException {
    return count(Path.of("/proc", String.valueOf(pid), "fd"), 1);
  }

  private static long resident() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    }
  }

  private static int count(Path folder, int depth) throws IOException {
    try (Stream<Path> all = Files.walk(folder, depth)) {
      return (int) all.count();
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof NoSuchFileException) {
        // One went while they were counted.
        return count(folder, depth);
      }
      throw e;
    }
  }
}
