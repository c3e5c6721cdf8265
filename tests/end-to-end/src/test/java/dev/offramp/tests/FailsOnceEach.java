package dev.offramp.tests;

import dev.offramp.flink.Received;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.api.common.functions.MapFunction;

/**
 * Fails at each event whose id begins with {@link #ID}, once, and hands on all others. That it
 * failed is a file, since the job that runs again can have another class loader.
 */
final class FailsOnceEach implements MapFunction<Received, Received> {
  static final String ID = "fail-";

  private final String folder;

  FailsOnceEach(Path folder) {
    this.folder = folder.toString();
  }

  @Override
  public Received map(Received received) throws Exception {
    String id = received.event().getId();
    if (id.startsWith(ID)) {
      try {
        Files.createFile(Path.of(folder, id));
      } catch (FileAlreadyExistsException failedBefore) {
        return received;
      }
      throw new IllegalStateException(id + " fails on purpose");
    }
    return received;
  }
}
