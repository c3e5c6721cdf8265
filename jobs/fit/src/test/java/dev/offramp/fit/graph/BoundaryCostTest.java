package dev.offramp.fit.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.fit.data.Backbone;
import dev.offramp.fit.data.Cache;
import dev.offramp.fit.data.Example;
import dev.offramp.fit.data.Tensor;
import dev.offramp.fit.learn.Head;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoundaryCostTest {
  private static final int CLASSES = 3;

  @TempDir Path folder;
  private Stages stages = stages("a", "b", "c");

  private static Stages stages(String... names) {
    GraphBuilder builder = new GraphBuilder(13).image(2);
    String before = "x";
    for (String name : names) {
      builder.conv(name, before, 2, 2, 1);
      before = name;
    }
    builder.conv("y", before, 2, 2, 1).output("y", 2);
    Cuts cuts = Cuts.of(builder.graph());
    return new Stages(cuts, new ExitChoice(cuts).byRepetition());
  }

  private static List<Head> heads(Stages stages) {
    return stages.exits().stream()
        .map(
            e ->
                new Head(
                    new float[e.width()],
                    new float[e.width()],
                    new float[0],
                    new float[0],
                    new float[e.width() * CLASSES],
                    new float[CLASSES]))
        .toList();
  }

  /** A clock by which every run of the backbone takes so long, and every run of the stages. */
  private static InstantSource taking(long wholeMillis, long chainMillis) {
    return new InstantSource() {
      private Instant now = Instant.EPOCH;
      private int asked;

      @Override
      public Instant instant() {
        long[] passed = {7, wholeMillis, chainMillis};
        now = now.plusMillis(passed[asked++ % passed.length]);
        return now;
      }
    };
  }

  private double cost(InstantSource clock, String backbone, int examples) {
    Example image = new Example(new Tensor(List.of(2, 4, 4), new float[32]), 0);
    return new BoundaryCost(new Cache(folder), clock)
        .of(
            new Backbone("small", null, null, backbone, null),
            stages,
            heads(stages),
            TextRules.upTo(128),
            Collections.nCopies(examples, image));
  }

  @Test
  void whatStagesTakeLongerIsSharedOutOverTheExitsPassed() {
    assertThat(cost(taking(1000, 1063), "00", 20)).as("6.3 % for three").isEqualTo(.02);
    assertThat(cost(taking(1000, 1015), "01", 20)).as("1.5 % for three").isEqualTo(.005);
  }

  @Test
  void stagesFasterThanTheBackboneCostTheLeastThereIs() {
    assertThat(cost(taking(1000, 900), "00", 20)).isEqualTo(.001);
  }

  @Test
  void disturbedMeasurementCostsTheMostThereIs() {
    assertThat(cost(taking(1000, 9000), "00", 20)).isEqualTo(.05);
  }

  @Test
  void whatWasMeasuredIsKeptForLaterFits() {
    double first = cost(taking(1000, 1063), "00", 20);

    assertThat(cost(taking(1000, 9000), "00", 30)).isEqualTo(first);
    assertThat(cost(taking(1000, 9000), "ff", 20)).as("another backbone").isNotEqualTo(first);
    stages = stages.at(List.of(0, 3));
    assertThat(cost(taking(1000, 9000), "00", 20)).as("other exits").isNotEqualTo(first);
  }

  @Test
  void fewExamplesMakeASmallBatch() {
    assertThat(cost(taking(1000, 1015), "00", 1)).isEqualTo(.005);
  }

  @Test
  void clockThatStandsStillEndsTheMeasurement() {
    assertThat(cost(InstantSource.fixed(Instant.EPOCH), "00", 20)).isEqualTo(.001);
  }

  @ParameterizedTest
  @CsvSource({"0, .001", ".0014, .001", ".0015, .002", ".004, .005", ".0316, .02", ".0317, .05"})
  void costIsTheNearestStepByItsRatio(double measured, double step) {
    assertThat(BoundaryCost.rounded(measured)).isEqualTo(step);
  }

  @Test
  void keptFileThatHoldsNoNumberIsNamed() throws IOException {
    cost(taking(1000, 1063), "00", 20);
    Path file;
    try (Stream<Path> files = Files.list(folder.resolve("boundaries"))) {
      file = files.findFirst().orElseThrow();
    }
    Files.writeString(file, "fast");

    assertThatThrownBy(() -> cost(taking(1000, 1063), "00", 20))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(file + " holds no number; delete it");
  }
}
