package dev.offramp.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What every target keeps: it returns or throws one of its own exceptions with words that a person
 * can read, and neither memory nor time grow out of proportion to its input. Both are what the
 * thread itself used, so that a busy machine makes no findings. One thread.
 */
final class Rule {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final long BYTES = 32L << 20;

  private static final long BYTES_FOR_EACH = 2_000;
  private static final long CPU_NANOS = 2_000_000_000L;
  private static final long CPU_NANOS_FOR_EACH = 20_000;
  private static final int LONGEST_MESSAGE = 4_000;

  private final Target target;
  private final Reader reader;

  Rule(Target target, Reader reader) {
    this.target = target;
    this.reader = reader;
  }

  /** Reads an input; throws what breaks the rule. */
  void check(byte[] input) throws Exception {
    if (!read(input).within(input.length)) {
      // Classes that the first call loaded, and that the fuzzer instruments, were dear; this one
      // isn't.
      Used used = read(input);
      if (!used.within(input.length)) {
        throw new AssertionError("%s of an input of %d bytes".formatted(used, input.length));
      }
    }
  }

  private Used read(byte[] input) throws Exception {
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    long nanos = THREADS.getCurrentThreadCpuTime();
    try {
      reader.read(input);
    } catch (Exception e) {
      if (!target.refusals().contains(e.getClass())) {
        throw e;
      }
      String words = e.getMessage();
      if (words == null || words.isBlank() || words.length() > LONGEST_MESSAGE) {
        throw new AssertionError("a refusal without fit words", e);
      }
    }
    return new Used(
        THREADS.getCurrentThreadAllocatedBytes() - bytes,
        THREADS.getCurrentThreadCpuTime() - nanos);
  }

  /** What reading an input took. */
  private record Used(long bytes, long cpuNanos) {
    boolean within(int length) {
      return bytes <= BYTES + BYTES_FOR_EACH * length
          && cpuNanos <= CPU_NANOS + CPU_NANOS_FOR_EACH * length;
    }
  }
}
