package dev.offramp.bench.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.fit.work.Progress;
import dev.offramp.runtime.TinyBundle;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class LatencyRunTest {
  private static final int RED = 0xffc22f2f;

  @TempDir Path folder;

  @Test
  void everyBudgetMeetsEveryLoadABurstAndAnOverload() throws Exception {
    TinyBundle.writeText(folder.resolve("bundle"));
    LatencyPlan plan =
        new LatencyPlan(
            folder.resolve("bundle"),
            "full",
            List.of(Duration.ofMillis(20)),
            List.of(30, 50),
            Duration.ofSeconds(1),
            1,
            // One event at a time: little capacity, so that few events are sent.
            List.of("device=cpu", "operators.capacity=1"));
    Duration fifth = Duration.ofMillis(200);
    List<String> said = new ArrayList<>();
    LatencyResult result =
        new LatencyRun(
                plan,
                TinyTexts.dataset(50),
                folder.resolve("checkpoints"),
                hearing(said),
                new LatencyRun.Lengths(fifth, fifth, fifth, Duration.ofMillis(1200)))
            .run();

    assertThat(result.capacity()).isPositive();
    assertThat(result.fullDepthCapacity()).as("the same point").isEqualTo(result.capacity());
    assertThat(result.point()).isEqualTo("full");
    assertThat(result.fullPoint()).isEqualTo("full");
    assertThat(result.cells()).extracting(Cell::budgetMillis).containsExactly(20., 20.);
    assertThat(result.cells()).extracting(Cell::load).containsExactly(0.3, 0.5);
    assertThat(result.cells())
        .allSatisfy(
            c ->
                assertThat((double) c.figures().events())
                    .isBetween(c.eventsPerSecond() - 2, c.eventsPerSecond() + 2));
    assertThat(result.bursts()).extracting(b -> b.all().budgetMillis()).containsExactly(20.);
    assertThat(result.bursts())
        .allSatisfy(
            b -> {
              assertThat(b.windows()).hasSize(9);
              assertThat(b.windows().get(2).arrivedPerSecond())
                  .isGreaterThan(8 * b.windows().get(0).arrivedPerSecond());
            });
    assertThat(result.overloads()).extracting(Cell::load).containsExactly(1.2);
    assertThat(said).hasSize(1 + 1 + 3 + 1 + 1);

    List<Path> plots =
        new LatencyPlot(folder.resolve("plots").resolve("latency.png")).write(result);
    assertThat(plots)
        .extracting(p -> p.getFileName().toString())
        .containsExactly("latency.png", "latency-bursts.png");
    for (Path plot : plots) {
      BufferedImage image = ImageIO.read(plot.toFile());
      assertThat(image.getWidth()).isEqualTo(900);
      assertThat(image.getHeight()).isGreaterThan(150);
      assertThat(image.getRGB(0, 0, 900, image.getHeight(), null, 0, 900))
          .as("the budget's line")
          .contains(RED);
    }
  }

  private static Progress hearing(List<String> lines) {
    return new Progress() {
      @Override
      public void at(String task, long done, long total) {}

      @Override
      public void note(String line) {
        lines.add(line);
      }
    };
  }

  @Test
  void planOutOfRangeIsRefused() {
    assertThatThrownBy(() -> plan(List.of(), List.of(50)))
        .hasMessage("there must be a budget and a load at least");
    assertThatThrownBy(() -> plan(List.of(Duration.ofNanos(1_500_000)), List.of(50)))
        .hasMessageContaining("PT0.0015S");
    assertThatThrownBy(() -> plan(List.of(Duration.ofMillis(20)), List.of(0)))
        .hasMessageContaining("a load must lie between 1 and 1000 % of capacity: 0");
  }

  private LatencyPlan plan(List<Duration> budgets, List<Integer> loads) {
    return new LatencyPlan(folder, null, budgets, loads, Duration.ofSeconds(1), 1, List.of());
  }

  @Test
  void plotThatIsNoPngIsRefused() {
    assertThatThrownBy(() -> new LatencyPlot(Path.of("latency.svg")))
        .hasMessage("a plot is a file that ends with .png: latency.svg");
  }
}
