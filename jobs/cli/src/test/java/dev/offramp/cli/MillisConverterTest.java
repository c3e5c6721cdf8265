package dev.offramp.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

class MillisConverterTest {
  private final MillisConverter converter = new MillisConverter();

  @Test
  void timesAreMillisecondsOrSeconds() {
    assertThat(converter.convert("50ms")).isEqualTo(Duration.ofMillis(50));
    assertThat(converter.convert("50 ms")).isEqualTo(Duration.ofMillis(50));
    assertThat(converter.convert("2s")).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void otherTextsAreRefusedWithTheForm() {
    for (String text : new String[] {"50", "-1ms", "1.5s", "1 h", "", "9999999999ms"}) {
      assertThatThrownBy(() -> converter.convert(text))
          .isInstanceOf(TypeConversionException.class)
          .hasMessage("must be a time like 50ms or 1s: " + text);
    }
  }
}
