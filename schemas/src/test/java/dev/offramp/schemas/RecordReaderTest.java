package dev.offramp.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

class RecordReaderTest {
  @Test
  void recordsComeBackAsTheyWere() throws Exception {
    for (SpecificRecord record : KeptRecords.all()) {
      assertThat(new RecordReader<>(record.getClass()).read(KeptRecords.bytes(record)))
          .isEqualTo(record);
    }
  }

  @Test
  void whatIsShorterOrLongerThanARecordIsRefused() throws IOException {
    for (SpecificRecord record : KeptRecords.all()) {
      RecordReader<? extends SpecificRecord> reader = new RecordReader<>(record.getClass());
      byte[] whole = KeptRecords.bytes(record);
      for (int length = 0; length < whole.length; length++) {
        byte[] part = Arrays.copyOf(whole, length);
        assertThatThrownBy(() -> reader.read(part))
            .isInstanceOf(MalformedRecordException.class)
            .hasMessageStartingWith("no " + record.getClass().getSimpleName() + " in Avro binary");
      }
      assertThatThrownBy(() -> reader.read(Arrays.copyOf(whole, whole.length + 3)))
          .isInstanceOf(MalformedRecordException.class)
          .hasMessageContaining("3 bytes after the record's " + whole.length);
    }
  }

  @Test
  void labelsBeyondTheRecordAreRefusedBeforeRoomIsMade() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder out = EncoderFactory.get().directBinaryEncoder(bytes, null);
    out.writeString("e-1");
    out.writeString("north");
    out.writeDouble(0.5);
    out.writeLong(50_000_000);
    RecordReader<Prediction> reader = new RecordReader<>(Prediction.class);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertThatThrownBy(() -> reader.read(bytes.toByteArray()))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("50000000 items declared with 0 bytes left");
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100_000_000);
  }

  @Test
  void stringThatIsNoUtf8IsRefusedAsSuch() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder out = EncoderFactory.get().directBinaryEncoder(bytes, null);
    out.writeBytes(new byte[] {'a', (byte) 0xC3});
    assertThatThrownBy(() -> new RecordReader<>(DeadLetter.class).read(bytes.toByteArray()))
        .isInstanceOf(MalformedRecordException.class);
    assertThatThrownBy(() -> new RecordReader<>(Event.class).read(bytes.toByteArray()))
        .isInstanceOfSatisfying(
            MalformedRecordException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_UTF8));
  }
}
