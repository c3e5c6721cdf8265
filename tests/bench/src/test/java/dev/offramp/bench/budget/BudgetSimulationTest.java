package dev.offramp.bench.budget;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BudgetSimulationTest {
  @Test
  void pictureAndFiguresAreWritten(@TempDir Path folder) throws Exception {
    List<Long> heard = new ArrayList<>();
    Path made = folder.resolve("new");
    List<Path> files = BudgetSimulation.run(made, (task, done, total) -> heard.add(done));

    assertThat(files).containsExactly(made.resolve("budget.png"), made.resolve("budget.json"));
    assertThat(heard).isSorted().hasSize(Scenarios.all().size() + 1);
    BufferedImage picture = ImageIO.read(files.get(0).toFile());
    assertThat(picture.getWidth()).isEqualTo(1800);
    JsonNode simulations = new ObjectMapper().readTree(files.get(1).toFile()).get("simulations");
    assertThat(simulations.findValuesAsText("scenario"))
        .containsExactlyElementsOf(Scenarios.all().stream().map(Scenario::name).toList());
    JsonNode burst = simulations.get(2);
    assertThat(burst.get("recoverySeconds").asDouble()).isBetween(1.0, 5.0);
    assertThat(burst.get("log")).hasSize(burst.get("moves").asInt());
    assertThat(burst.get("log").get(0).get("why").asText()).startsWith("Point p5 to p4: ");
    assertThat(burst.get("series").get("unread")).hasSameSizeAs(burst.get("series").get("seconds"));
    assertThat(simulations.get(0).get("recoverySeconds").isNull()).isTrue();
  }
}
