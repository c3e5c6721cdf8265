package dev.offramp.bench;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.kafka.common.utils.AppInfoParser;

/**
 * What the figures were measured on.
 *
 * @param cores that the JVM may use
 * @param cpu the processor's name; empty: the system doesn't tell
 * @param system its name and version
 * @param jdk name and version
 * @param date when it began
 * @param loadAverage of the last minute when it began, by the machine's own count: above 0.5 or so
 *     something else was running; negative: the system doesn't tell
 * @param versions of Flink, Kafka and ONNX Runtime
 */
public record Machine(
    int cores,
    String cpu,
    String system,
    String jdk,
    String date,
    double loadAverage,
    Map<String, String> versions) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final String MODEL = "model name";

  /** This one. */
  static Machine here(InstantSource clock) {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("flink", EnvironmentInformation.getVersion());
    versions.put("kafka", AppInfoParser.getVersion());
    versions.put("onnxruntime", OrtEnvironment.getEnvironment().getVersion());
    Instant now = clock.instant();
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        processor(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
        now.toString(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        versions);
  }

  private static String processor() {
    try {
      for (String line : Files.readAllLines(CPU_INFO)) {
        if (line.startsWith(MODEL)) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
    } catch (IOException noProc) {
      // Another system.
    }
    return "";
  }
}
