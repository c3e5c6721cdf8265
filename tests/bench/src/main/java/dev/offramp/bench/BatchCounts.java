package dev.offramp.bench;

import dev.offramp.runtime.Manifest;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * Reads the operators' own metrics of the batches they ran, in the cluster of this JVM. One job at
 * a time; any thread.
 */
public final class BatchCounts implements MetricReporter {
  private static final Pattern STAGE = Pattern.compile(".*\\.stage\\.(\\d+)\\.(tokens|padded)");
  private static final Map<String, Gauge<?>> GAUGES = new ConcurrentHashMap<>();

  /** For Flink's service loader. */
  public static final class Factory implements MetricReporterFactory {
    @Override
    public MetricReporter createMetricReporter(Properties properties) {
      return new BatchCounts();
    }
  }

  /** Has a cluster's metrics read. */
  static void enable(Configuration cluster) {
    GAUGES.clear();
    cluster.setString("metrics.reporter.bench.factory.class", Factory.class.getName());
  }

  /**
   * The share of the multiply-adds computed that padding took, in the job since {@link #enable};
   * NaN if no operator told of its batches.
   */
  static double padding(Manifest manifest) {
    Map<String, Double> sums = new TreeMap<>();
    GAUGES.forEach(
        (name, gauge) -> {
          Matcher stage = STAGE.matcher(name);
          if (stage.matches()) {
            double work =
                ((Number) gauge.getValue()).doubleValue()
                    * manifest.stages().get(Integer.parseInt(stage.group(1))).multiplyAdds();
            sums.merge(stage.group(2), work, Double::sum);
          }
        });
    double padded = sums.getOrDefault("padded", 0.0);
    return padded == 0 ? Double.NaN : 1 - sums.get("tokens") / padded;
  }

  @Override
  public void open(MetricConfig config) {}

  @Override
  public void close() {}

  @Override
  public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
    if (metric instanceof Gauge<?> gauge) {
      String full = group.getMetricIdentifier(name);
      if (STAGE.matcher(full).matches()) {
        GAUGES.put(full, gauge);
      }
    }
  }

  /** They are read when the job has ended. */
  @Override
  public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {}
}
