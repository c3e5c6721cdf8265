package dev.offramp.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RecordWriterTest {
  private final RecordWriter<Event> writer = new RecordWriter<>(Event.class);

  @Test
  void recordsOfOneWriterAreApart() throws Exception {
    Event longer = new Event("e-1", "some text", null, 50L);
    Event shorter = new Event("e-2", "", null, null);
    byte[] first = writer.write(longer);
    byte[] second = writer.write(shorter);
    RecordReader<Event> reader = new RecordReader<>(Event.class);
    assertThat(reader.read(first)).isEqualTo(longer);
    assertThat(reader.read(second)).isEqualTo(shorter);
  }

  @Test
  void nullThatTheSchemaDoesNotAllowIsNamedAndLeavesNothingBehind() throws Exception {
    assertThatThrownBy(() -> writer.write(new Event("e-1", null, null, null)))
        .isInstanceOf(RuntimeException.class)
        .hasMessageContaining("input");
    Event next = new Event("e-2", "some text", null, null);
    assertThat(new RecordReader<>(Event.class).read(writer.write(next))).isEqualTo(next);
  }
}
