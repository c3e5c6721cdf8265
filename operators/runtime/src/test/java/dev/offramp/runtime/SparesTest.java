package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparesTest {
  @TempDir Path folder;
  private Spares spares;

  @BeforeEach
  void open() throws Exception {
    spares = new Spares(TinyBundle.writeText(folder));
  }

  private InFlight event(float[]... hidden) {
    InFlight event = new InFlight(null, "e", new int[1], null, false, 0, -1, spares.state());
    event.hidden = hidden;
    return event;
  }

  @Test
  void whatAnEventLeavesIsUsedAgain() {
    float[] wide = spares.array(12);
    float[] narrow = spares.array(4);
    InFlight event = event(wide, narrow);
    event.state.exits = 2;
    event.state.label = 1;
    event.state.run = 1;
    event.state.spent = 0.5;
    spares.from(event);
    assertThat(event.hidden).isEmpty();
    ExitState state = spares.state();
    assertThat(state).isSameAs(event.state);
    assertThat(state.exits()).isZero();
    assertThat(state.run()).isZero();
    assertThat(state.label).isEqualTo(-1);
    assertThat(state.spent).isZero();
    assertThat(spares.array(4)).isSameAs(narrow);
    assertThat(spares.array(12)).isSameAs(wide);
    assertThat(spares.array(12)).isNotSameAs(wide);
    assertThat(spares.state()).isNotSameAs(state);
  }

  @Test
  void whatIsKeptIsBounded() {
    float[] huge = new float[9 << 20];
    float[] other = new float[9 << 20];
    spares.from(event(huge, other));
    assertThat(spares.array(9 << 20)).isSameAs(huge);
    assertThat(spares.array(9 << 20)).as("64 MiB in all").isNotSameAs(other);
  }

  @Test
  void statesOfManyClassesAreFewerThanThoseOfFew() throws Exception {
    Manifest few = TinyBundle.writeText(folder);
    List<String> labels = IntStream.range(0, 1 << 20).mapToObj(Integer::toString).toList();
    Manifest many =
        new Manifest(
            few.formatVersion(),
            "",
            few.name(),
            labels,
            few.input(),
            few.stages(),
            few.stacking(),
            few.foresight(),
            few.levels(),
            few.points(),
            few.defaultPoint(),
            true,
            few.provenance());
    spares = new Spares(many);
    List<InFlight> events = List.of(event(), event(), event());
    events.forEach(spares::from);
    assertThat(List.of(spares.state(), spares.state()))
        .as("of 4 MiB floats each")
        .containsExactly(events.get(1).state, events.get(0).state);
    assertThat(spares.state()).isNotSameAs(events.get(2).state);
  }

  @Test
  void listOfALengthThatIsEmptyTakesAnother() {
    float[] five = new float[5];
    spares.from(event(five));
    assertThat(spares.array(5)).isSameAs(five);
    float[] six = new float[6];
    spares.from(event(six));
    assertThat(spares.array(6)).isSameAs(six);
  }
}
