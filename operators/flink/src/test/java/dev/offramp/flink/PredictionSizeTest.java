package dev.offramp.flink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.runtime.TinyBundle;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.Prediction;
import dev.offramp.schemas.RecordWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictionSizeTest {
  @Test
  void noPredictionIsLarger(@TempDir Path folder) throws Exception {
    TinyBundle.writeText(folder);
    RecordWriter<Prediction> writer = new RecordWriter<>(Prediction.class);
    int largest = PredictionSize.largest(folder.toString());
    try (Desk<Received> desk = Desk.front(Desk.run(folder, 0, 3, 1000)).open()) {
      for (Event event : Events.some(200)) {
        desk.take(Received.of(event, 0), 1);
      }
      desk.settle();
      List<Prediction> predictions = desk.out().values(Prediction.class);
      assertThat(predictions).hasSize(200);
      for (Prediction prediction : predictions) {
        int id = prediction.getEventId().getBytes(UTF_8).length;
        assertThat(writer.write(prediction).length - id).isLessThanOrEqualTo(largest);
        prediction.getUncertainty().setPredictionSet(TinyBundle.LABELS);
        prediction.setEventId("i".repeat(1_000_000));
        assertThat(writer.write(prediction).length - 1_000_000).isBetween(largest / 2, largest);
      }
    }
  }
}
