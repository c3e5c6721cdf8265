package dev.offramp.flink;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.ExitCalibration;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.runtime.Ticker;
import dev.offramp.schemas.Exit;
import dev.offramp.schemas.ExitReason;
import dev.offramp.schemas.LabelProbability;
import dev.offramp.schemas.Model;
import dev.offramp.schemas.Prediction;
import dev.offramp.schemas.PredictionSetKind;
import dev.offramp.schemas.RecordWriter;
import dev.offramp.schemas.SetCalibration;
import dev.offramp.schemas.Timing;
import dev.offramp.schemas.Uncertainty;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** How large the predictions of a bundle can be. */
public final class PredictionSize {
  private static final int TOP = 5;

  /** Avro writes the length of an id in up to five bytes, that of the empty id in one. */
  private static final int LENGTH_OF_ID = 4;

  private PredictionSize() {}

  /**
   * The largest prediction of a bundle without its event's id: every label in the set, the longest
   * names, the largest numbers.
   *
   * @param bundle its folder, as in {@link Offramp#classify}
   * @return bytes in Avro binary; a prediction has as many or fewer, and those of its id in UTF-8
   * @throws dev.offramp.runtime.BundleException the bundle's manifest can't be read
   */
  public static int largest(String bundle) {
    return largest(BundleFolder.readManifest(bundle));
  }

  static int largest(Manifest manifest) {
    List<String> labels =
        manifest.labels().stream().sorted(Comparator.comparingInt(PredictionSize::bytes)).toList();
    List<LabelProbability> top =
        labels.subList(Math.max(0, labels.size() - TOP), labels.size()).stream()
            .map(label -> new LabelProbability(label, 1.0))
            .toList();
    List<String> groups =
        manifest.points().stream()
            .flatMap(point -> point.calibration().exits().stream())
            .flatMap(PredictionSize::groups)
            .toList();
    Instant latest = Ticker.instant(Long.MAX_VALUE);
    Prediction largest =
        new Prediction(
            "",
            longest(labels),
            1.0,
            top,
            new Uncertainty(
                1.0,
                1.0,
                1.0,
                labels,
                PredictionSetKind.UNKNOWN,
                1.0,
                SetCalibration.UNKNOWN,
                1.0,
                true),
            new Exit(Integer.MAX_VALUE, Integer.MAX_VALUE, ExitReason.UNKNOWN),
            1.0,
            true,
            new Model(
                manifest.id(),
                longest(manifest.points().stream().map(OperatingPoint::name).toList()),
                longest(groups)),
            new Timing(latest, latest, Long.MAX_VALUE, true));
    return new RecordWriter<>(Prediction.class).write(largest).length + LENGTH_OF_ID;
  }

  private static Stream<String> groups(ExitCalibration exit) {
    return Stream.of(exit.gate().id(), exit.forced().id());
  }

  private static String longest(Collection<String> texts) {
    return texts.stream().max(Comparator.comparingInt(PredictionSize::bytes)).orElse("");
  }

  private static int bytes(String text) {
    return text.getBytes(UTF_8).length;
  }
}
