package dev.offramp.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.stream.options.OptionsException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
  @Test
  void configAndOverridesInAnyForm() {
    Arguments expected = new Arguments(Path.of("job.yaml"), List.of("a=1", "b=2"), false);
    assertThat(Arguments.of("--config", "job.yaml", "-D", "a=1", "-Db=2")).isEqualTo(expected);
    assertThat(Arguments.of("-Da=1", "--config=job.yaml", "-D", "b=2")).isEqualTo(expected);
  }

  @Test
  void helpIsAskedForWhateverElseThereIs() {
    assertThat(Arguments.of("-D", "a=1", "--help").help()).isTrue();
    assertThat(Arguments.of("-h").help()).isTrue();
  }

  @Test
  void wrongUseIsToldWithTheRightOne() {
    assertThatThrownBy(() -> Arguments.of("--conf", "x"))
        .isInstanceOf(OptionsException.class)
        .hasMessage("unknown argument --conf; " + Arguments.USAGE);
    assertThatThrownBy(() -> Arguments.of("--config"))
        .hasMessage("--config needs a value; " + Arguments.USAGE);
    assertThatThrownBy(Arguments::of).hasMessage("the job needs its options; " + Arguments.USAGE);
  }
}
