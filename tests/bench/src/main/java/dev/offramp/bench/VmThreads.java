package dev.offramp.bench;

import dev.offramp.bench.Snapshot.Used;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The virtual machine's own threads, which collect garbage and compile. Java's beans don't know
 * them; Linux does, elsewhere there are none.
 */
final class VmThreads {
  private static final Path TASKS = Path.of("/proc/self/task");

  /** Linux counts CPU time for user space in hundredths of a second, on every architecture. */
  private static final long NANOS_PER_TICK = 10_000_000;

  /** Places in a thread's line behind its name, which ends with a bracket. */
  private static final int USER = 11;

  private static final int SYSTEM = 12;

  private static final List<String> COLLECTOR =
      List.of("GC Thread#", "G1 ", "VM Thread", "Shenandoah", "ZWorker", "ZDirector");
  private static final List<String> COMPILER = List.of("C1 Compiler", "C2 Compiler", "Sweeper");

  private VmThreads() {}

  /** Those alive, by a key that no Java thread's id is. */
  static Map<Long, Used> take() {
    Map<Long, Used> threads = new HashMap<>();
    if (!Files.isDirectory(TASKS)) {
      return threads;
    }
    try (Stream<Path> tasks = Files.list(TASKS)) {
      for (Path task : tasks.toList()) {
        try {
          String stat = Files.readString(task.resolve("stat"), StandardCharsets.ISO_8859_1);
          long key = -Long.parseLong(task.getFileName().toString());
          used(stat).ifPresent(used -> threads.put(key, used));
        } catch (IOException ended) {
          // A thread that ended while we looked.
        }
      }
    } catch (IOException noProc) {
      return threads;
    }
    return threads;
  }

  /** What a thread's line says; empty: it isn't one of the machine's own. */
  static Optional<Used> used(String stat) {
    int end = stat.lastIndexOf(')');
    String name = stat.substring(stat.indexOf('(') + 1, end);
    ThreadKind kind;
    if (COLLECTOR.stream().anyMatch(name::startsWith)) {
      kind = ThreadKind.COLLECTOR;
    } else if (COMPILER.stream().anyMatch(name::startsWith)) {
      kind = ThreadKind.COMPILER;
    } else {
      return Optional.empty();
    }
    List<String> fields = List.of(stat.substring(end + 2).split(" ", -1));
    long ticks = Long.parseLong(fields.get(USER)) + Long.parseLong(fields.get(SYSTEM));
    return Optional.of(new Used(kind, NANOS_PER_TICK * ticks, 0));
  }
}
