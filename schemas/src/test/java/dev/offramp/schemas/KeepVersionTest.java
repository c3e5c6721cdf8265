package dev.offramp.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.schemas.KeptVersions.Kept;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Keeps the present schemas, and a record of each, under a version's number. */
@EnabledIfSystemProperty(named = "keep.version", matches = "[1-9]\\d*")
class KeepVersionTest {
  @Test
  void presentSchemasAreKept() throws IOException, MalformedRecordException {
    Path folder =
        Files.createDirectories(KeptVersions.KEPT.resolve(System.getProperty("keep.version")));
    for (SpecificRecord record : KeptRecords.all()) {
      String name = record.getClass().getSimpleName();
      Files.copy(
          KeptVersions.PRESENT.resolve(name + ".avsc"),
          folder.resolve(name + ".avsc"),
          StandardCopyOption.REPLACE_EXISTING);
      Files.write(folder.resolve(name + ".bin"), KeptRecords.bytes(record));
      Kept kept = new Kept(record.getClass(), folder);
      assertThat(new RecordReader<>(kept.type(), kept.schema()).read(kept.bytes()))
          .isEqualTo(record);
    }
  }
}
