package dev.offramp.bench;

import dev.offramp.runtime.Bundle;
import dev.offramp.stream.StreamOptions;
import dev.offramp.stream.options.Options;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What all opponents share.
 *
 * @param bundle that they serve
 * @param point the operating point of those that leave early
 * @param workload the events
 * @param parallelism subtasks of each operator
 * @param overrides options of the job, {@code key=value} each
 * @param work folder for checkpoints
 */
record Ground(
    Bundle bundle,
    String point,
    Workload workload,
    int parallelism,
    List<String> overrides,
    Path work) {
  static final String EVENTS = "events";
  static final String PREDICTIONS = "predictions";
  static final String DEAD_LETTERS = "dead-letters";

  /** The same for a job with another option, {@code key=value}. */
  Ground with(String option) {
    List<String> all = new ArrayList<>(overrides);
    all.add(option);
    return new Ground(bundle, point, workload, parallelism, all, work);
  }

  /** The same for so many subtasks of each operator. */
  Ground with(int subtasks) {
    return new Ground(bundle, point, workload, subtasks, overrides, work);
  }

  /** The point of the whole network, which is a manifest's last. */
  String fullPoint() {
    var points = bundle.manifest().points();
    return points.get(points.size() - 1).name();
  }

  /**
   * The job's options.
   *
   * @param servingPoint the operating point
   * @param settings {@code key=value} each, which win over those that a person gave
   */
  Options options(String servingPoint, List<String> settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "source.topic=" + EVENTS,
                "sink.topic=" + PREDICTIONS,
                "dead.letters.topic=" + DEAD_LETTERS,
                "kafka.bootstrap.servers=none"));
    all.addAll(overrides);
    all.add("bundle=" + bundle.folder().toAbsolutePath());
    all.add("point=" + servingPoint);
    all.add("parallelism=" + parallelism);
    all.addAll(settings);
    return StreamOptions.read(null, all, Map.of());
  }
}
