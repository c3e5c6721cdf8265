package dev.offramp.schemas;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/** The schemas of each released version, and the present ones. */
final class KeptVersions {
  static final Path PRESENT = Path.of("src/main/avro");
  static final Path KEPT = Path.of("src/test/resources/versions");
  static final List<Class<? extends SpecificRecord>> CONTRACTS =
      List.of(Event.class, Prediction.class, DeadLetter.class);

  private KeptVersions() {}

  /**
   * A contract as one version had it.
   *
   * @param folder of that version
   */
  record Kept(Class<? extends SpecificRecord> type, Path folder) {
    Schema schema() {
      return read(folder, type);
    }

    /** A record of that version, as it wrote it. */
    byte[] bytes() throws IOException {
      return Files.readAllBytes(folder.resolve(type.getSimpleName() + ".bin"));
    }

    @Override
    public String toString() {
      return "%s of version %s".formatted(type.getSimpleName(), folder.getFileName());
    }
  }

  /** Every contract in every version that is kept, the oldest first. */
  static List<Kept> all() {
    return folders().stream()
        .flatMap(folder -> CONTRACTS.stream().map(type -> new Kept(type, folder)))
        .toList();
  }

  /** The folders of versions, the oldest first. */
  static List<Path> folders() {
    try (Stream<Path> folders = Files.list(KEPT)) {
      return folders.sorted(Comparator.comparingInt(KeptVersions::number)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int number(Path folder) {
    return Integer.parseInt(folder.getFileName().toString());
  }

  /** The schema of a contract in a folder; as written, without what code generation adds. */
  static Schema read(Path folder, Class<? extends SpecificRecord> type) {
    try {
      return new Schema.Parser().parse(folder.resolve(type.getSimpleName() + ".avsc").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
