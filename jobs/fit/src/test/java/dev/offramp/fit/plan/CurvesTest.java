package dev.offramp.fit.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurvesTest {
  @TempDir private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("curves.json"), text);
  }

  @Test
  void whatWasWrittenIsReadAgain() throws IOException {
    List<StageCost> curves = List.of(MadeUpNetwork.line(0, 5, 1), MadeUpNetwork.line(1, 7, 3));
    List<Curves.Point> points = Curves.points(curves);
    ObjectMapper json = new ObjectMapper();

    assertThat(Curves.read(file(json.writeValueAsString(points)))).isEqualTo(curves);
    assertThat(Curves.read(file(json.writeValueAsString(Map.of("curves", points, "plans", 1)))))
        .isEqualTo(curves);
  }

  @Test
  void whatHoldsNoCurvesIsRefused() throws IOException {
    assertRefused("{}", "no list of points");
    assertRefused("[]", "no list of points");
    assertRefused("so fast", "so");
    assertRefused("[{\"stage\": 0, \"tokens\": 12}]", "micros");
    assertRefused("[{\"stage\": 0, \"tokens\": 12, \"micros\": 1, \"rows\": 2}]", "rows");
    assertRefused("[{\"stage\": 0, \"tokens\": 12, \"micros\": -1}]", "above 0: 12 tokens, -1.0");
    String point = "{\"stage\": 1, \"tokens\": 12, \"micros\": 1}";
    assertRefused("[" + point + "," + point + "]", "stage 1 has two times for 12 tokens");
    assertThatThrownBy(() -> Curves.read(folder.resolve("none.json")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none.json holds no cost curves");
  }

  private void assertRefused(String text, String why) throws IOException {
    Path file = file(text);
    assertThatThrownBy(() -> Curves.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("curves.json holds no cost curves: ")
        .hasMessageContaining(why);
  }
}
