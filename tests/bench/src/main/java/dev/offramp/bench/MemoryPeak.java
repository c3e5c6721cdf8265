package dev.offramp.bench;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** The most memory that this JVM holds while it is open, looked at ten times a second. */
final class MemoryPeak implements AutoCloseable {
  private static final long LOOK_MILLIS = 100;
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "bench memory");
            thread.setDaemon(true);
            return thread;
          });
  private final ScheduledFuture<?> looks;
  private volatile long resident;
  private volatile long direct;

  MemoryPeak() {
    looks = timer.scheduleAtFixedRate(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Resident bytes of the process; 0 where the system has no {@code /proc}. */
  long residentBytes() {
    return resident;
  }

  /** Bytes of direct buffers; what ONNX Runtime and Netty take from the system isn't in it. */
  long directBytes() {
    return direct;
  }

  @Override
  public void close() {
    looks.cancel(false);
    timer.shutdownNow();
  }

  private void look() {
    long now = 0;
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      if (pool.getName().equals("direct")) {
        now += pool.getMemoryUsed();
      }
    }
    direct = Math.max(direct, now);
    resident = Math.max(resident, residentNow());
  }

  /** Resident bytes of the process now; 0 where the system has no {@code /proc}. */
  static long residentNow() {
    try {
      return resident(Files.readAllLines(STATUS));
    } catch (IOException noProc) {
      return 0;
    }
  }

  /** What the lines of {@code /proc/self/status} say, in bytes. */
  static long resident(List<String> lines) {
    for (String line : lines) {
      if (line.startsWith(RESIDENT)) {
        String kib = line.substring(RESIDENT.length()).replace("kB", "").strip();
        return 1024 * Long.parseLong(kib);
      }
    }
    return 0;
  }
}
