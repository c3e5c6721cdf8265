package dev.offramp.bench.latency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LatencyTableTest {
  private static final Cell CELL =
      new Cell(
          20,
          0.7,
          1234,
          new LatencyFigures(
              12_340,
              3.21,
              17.4,
              25.6,
              61.2,
              2.9,
              16.1,
              0.004,
              0.003,
              0.051,
              0.9612,
              0.0584,
              Map.of("p4", 0.25, "p5", 0.749, "p3", 0.001)),
          12,
          9,
          new Cell.Sending(1.5, 8, 0.03));

  @Test
  void lineOfACellHasEveryFigureUnderItsName() {
    assertThat(LatencyTable.line(CELL).split("[ |%]+"))
        .containsExactly(
            "", "20", "ms", "70", "1234", "3.2", "17.4", "25.6", "61.2", "16.1", "1.5", "0.4",
            "0.3", "5.1", "96.12", "0.058", "12", "to", "9", "p5", "75", ",", "p4", "25");
    assertThat(LatencyTable.HEAD.indexOf("| accuracy"))
        .isEqualTo(LatencyTable.line(CELL).indexOf("|  96.12"));
  }

  @Test
  void lineOfABurstSaysWhenItWasOver() {
    assertThat(LatencyTable.line(new Burst(CELL, 1.26, 321, 6, 7, List.of())))
        .contains("20 ms", "within the budget again 1.3 s after its end", "largest backlog 321");
    assertThat(LatencyTable.line(new Burst(CELL, null, 321, 6, 7, List.of())))
        .contains("within the budget again not within what was watched");
  }
}
