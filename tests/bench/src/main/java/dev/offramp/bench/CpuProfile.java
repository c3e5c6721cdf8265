package dev.offramp.bench;

import dev.offramp.bench.Snapshot.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * Which part of the work takes how much CPU time. How much each kind of thread takes the JVM knows
 * exactly; Flight Recorder's samples only divide that among the parts. A sample of Java code stands
 * for one period. Of threads in native code the recorder looks at one a period, however many there
 * are, so those samples have no such weight: they share what Java code leaves of the kind's time.
 * The recorder doesn't see the virtual machine's own threads; all their time is theirs. What no
 * known thread took is {@link Part#OTHER}.
 */
final class CpuProfile implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofMillis(10);

  /** Of some dozen threads in native code most wait, so the few that work are seen seldom. */
  private static final Duration NATIVE_PERIOD = Duration.ofMillis(1);

  private static final String JAVA = "jdk.ExecutionSample";
  private static final String NATIVE = "jdk.NativeMethodSample";

  private final Recording recording = new Recording();

  /** What a thread was seen at. */
  record Sample(ThreadKind kind, boolean inNative, Part part) {}

  /** Starts to record. */
  CpuProfile() {
    recording.enable(JAVA).withPeriod(PERIOD);
    recording.enable(NATIVE).withPeriod(NATIVE_PERIOD);
    recording.start();
  }

  /**
   * Ends the recording.
   *
   * @return the share of each part in the CPU time of a run, by its word, the largest first
   */
  Map<String, Double> shares(Meter meter) throws IOException {
    recording.stop();
    Path file = Files.createTempFile("offramp-bench-", ".jfr");
    try {
      recording.dump(file);
      List<Sample> samples = samples(file, meter.from().at(), meter.to().at());
      return shares(samples, PERIOD.toMillis() / 1e3, meter.usage());
    } finally {
      Files.delete(file);
    }
  }

  @Override
  public void close() {
    recording.close();
  }

  /**
   * Divides the CPU time.
   *
   * @param period seconds between two looks
   */
  static Map<String, Double> shares(List<Sample> samples, double period, Usage usage) {
    Map<Part, Double> seconds = new EnumMap<>(Part.class);
    for (ThreadKind kind : ThreadKind.values()) {
      List<Sample> ofKind = samples.stream().filter(s -> s.kind == kind).toList();
      double time = usage.cpuByKind().get(kind);
      if (ofKind.isEmpty()) {
        seconds.merge(Part.of(kind, List.of()), time, Double::sum);
      } else {
        divide(time, ofKind, period, seconds);
      }
    }
    double told = usage.cpuByKind().values().stream().mapToDouble(Double::doubleValue).sum();
    seconds.merge(Part.OTHER, Math.max(0, usage.cpuSeconds() - told), Double::sum);
    double all = seconds.values().stream().mapToDouble(Double::doubleValue).sum();
    Map<String, Double> shares = new LinkedHashMap<>();
    seconds.entrySet().stream()
        .sorted(Map.Entry.<Part, Double>comparingByValue().reversed())
        .forEach(e -> shares.put(e.getKey().word(), e.getValue() / all));
    return shares;
  }

  /** Divides what threads of one kind took among the parts that they were seen at. */
  private static void divide(
      double time, List<Sample> samples, double period, Map<Part, Double> seconds) {
    long inNative = samples.stream().filter(Sample::inNative).count();
    long inJava = samples.size() - inNative;
    double java = inNative == 0 ? time : Math.min(time, period * inJava);
    for (Sample s : samples) {
      seconds.merge(s.part, s.inNative ? (time - java) / inNative : java / inJava, Double::sum);
    }
  }

  private static List<Sample> samples(Path file, Instant from, Instant to) throws IOException {
    List<Sample> samples = new ArrayList<>();
    try (RecordingFile events = new RecordingFile(file)) {
      while (events.hasMoreEvents()) {
        RecordedEvent event = events.readEvent();
        boolean inNative = event.getEventType().getName().equals(NATIVE);
        if ((inNative || event.getEventType().getName().equals(JAVA))
            && event.getStackTrace() != null
            && !event.getStartTime().isBefore(from)
            && event.getStartTime().isBefore(to)) {
          RecordedThread thread = event.getThread("sampledThread");
          List<String> frames =
              event.getStackTrace().getFrames().stream().map(CpuProfile::name).toList();
          if (thread != null && !(inNative && Part.idle(frames))) {
            ThreadKind kind = ThreadKind.of(String.valueOf(thread.getJavaName()));
            samples.add(new Sample(kind, inNative, Part.of(kind, frames)));
          }
        }
      }
    }
    return samples;
  }

  private static String name(RecordedFrame frame) {
    return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
  }
}
