package dev.offramp.bench.budget;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.bench.budget.Simulation.MoveAt;
import dev.offramp.bench.budget.Simulation.Result;
import dev.offramp.fit.work.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Shows what the budget controller does under loads that a machine can't be asked for at will:
 * bursts, days, a machine that gets slower. In virtual time, so it takes seconds, and the same
 * figures come out each time. Stateless.
 */
public final class BudgetSimulation {
  private static final long SEED = 1;
  private static final int BINS = 120;
  private static final double ROUNDED = 100;

  private BudgetSimulation() {}

  /**
   * Runs all and writes {@code budget.png}, the picture, and {@code budget.json}: of each
   * simulation the summary, the moves with their reasons, and the course as series.
   *
   * @param folder is made if it isn't there
   * @return the folder's two files
   * @throws IOException they can't be written
   */
  public static List<Path> run(Path folder, Progress progress) throws IOException {
    List<Scenario> scenarios = Scenarios.all();
    List<Result> results = new ArrayList<>();
    for (Scenario scenario : scenarios) {
      progress.at("simulate", results.size(), scenarios.size());
      results.add(Simulation.run(scenario, SEED));
    }
    progress.at("simulate", results.size(), scenarios.size());
    Files.createDirectories(folder);
    Path picture = folder.resolve("budget.png");
    SimulationPlots.write(picture, results);
    Path figures = folder.resolve("budget.json");
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ArrayNode all = mapper.createArrayNode();
    results.forEach(result -> all.add(json(result, mapper)));
    mapper.writeValue(figures.toFile(), mapper.createObjectNode().set("simulations", all));
    return List.of(picture, figures);
  }

  private static ObjectNode json(Result result, ObjectMapper mapper) {
    Summary summary = Summary.of(result);
    ObjectNode node = mapper.valueToTree(summary);
    if (!Double.isFinite(summary.recoverySeconds())) {
      node.putNull("recoverySeconds");
    }
    node.put("title", result.scenario().title());
    ArrayNode moves = node.putArray("log");
    for (MoveAt at : result.moves()) {
      moves
          .addObject()
          .put("second", rounded(at.second()))
          .put("runner", at.runner())
          .put("why", at.move().why());
    }
    Bins bins = new Bins(result.timeline(), BINS);
    ObjectNode series = node.putObject("series");
    put(series, "seconds", bins.seconds());
    put(series, "eventsPerSecond", bins.arrived());
    put(series, "point", bins.point());
    put(series, "latePercent", bins.late());
    put(series, "forcedPercent", bins.forced());
    put(series, "unread", bins.unread());
    put(series, "busyPercent", bins.busy());
    return node;
  }

  private static void put(ObjectNode node, String name, double[] values) {
    ArrayNode array = node.putArray(name);
    for (double value : values) {
      array.add(rounded(value));
    }
  }

  private static double rounded(double value) {
    return Math.round(value * ROUNDED) / ROUNDED;
  }
}
