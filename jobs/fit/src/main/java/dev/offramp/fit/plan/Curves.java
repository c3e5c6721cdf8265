package dev.offramp.fit.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Cost curves in JSON, so that one can plan for a device that is elsewhere. Stateless. */
public final class Curves {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  private Curves() {}

  /**
   * A point of a curve, as it is written.
   *
   * @param stage from 0
   * @param tokens of the batch, padding included
   * @param micros that the batch takes on one runner
   */
  public record Point(int stage, int tokens, double micros) {}

  /** All points, by stage and tokens. */
  public static List<Point> points(List<StageCost> stages) {
    List<Point> points = new ArrayList<>();
    for (StageCost stage : stages) {
      stage
          .microsByTokens()
          .forEach((tokens, micros) -> points.add(new Point(stage.stage(), tokens, micros)));
    }
    return points;
  }

  /**
   * Reads curves: a list of {@link Point}s, or an object that has one as {@code curves}.
   *
   * @throws IllegalArgumentException the file holds none, or breaks a rule; names both
   */
  public static List<StageCost> read(Path file) {
    try {
      JsonNode root = JSON.readTree(Files.readString(file));
      JsonNode list = root.isObject() ? root.path("curves") : root;
      if (!list.isArray() || list.isEmpty()) {
        throw new IllegalArgumentException("no list of points, and no 'curves' that is one");
      }
      return of(Arrays.asList(JSON.treeToValue(list, Point[].class)));
    } catch (JsonProcessingException e) {
      throw bad(file, e.getOriginalMessage(), e);
    } catch (IOException | IllegalArgumentException e) {
      throw bad(file, e.getMessage(), e);
    }
  }

  /** Curves through points. */
  static List<StageCost> of(List<Point> points) {
    NavigableMap<Integer, NavigableMap<Integer, Double>> stages = new TreeMap<>();
    for (Point p : points) {
      Double twice = stages.computeIfAbsent(p.stage, s -> new TreeMap<>()).put(p.tokens, p.micros);
      if (twice != null) {
        throw new IllegalArgumentException(
            "stage %d has two times for %d tokens".formatted(p.stage, p.tokens));
      }
    }
    return stages.entrySet().stream().map(s -> new StageCost(s.getKey(), s.getValue())).toList();
  }

  private static IllegalArgumentException bad(Path file, String why, Exception cause) {
    return new IllegalArgumentException(
        "%s holds no cost curves: %s. Write [{\"stage\": 0, \"tokens\": 12, \"micros\": 345.6}, ...], or give what --json wrote"
            .formatted(file, why),
        cause);
  }
}
