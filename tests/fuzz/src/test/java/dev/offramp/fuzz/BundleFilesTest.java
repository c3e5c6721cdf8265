package dev.offramp.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.BundleException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A bundle's files: what lies in their place, and how large they are. */
class BundleFilesTest {
  @TempDir Path temp;
  private Path folder;
  private BundleBench bundle;

  @BeforeEach
  void write() throws IOException {
    folder = temp.resolve("bundle");
    bundle = new BundleBench(folder);
  }

  @ParameterizedTest
  @ValueSource(strings = {"manifest.json", "stage-0.onnx", "stage-1.onnx", "tokenizer.json"})
  void linkIsRefusedWhateverItLeadsTo(String name) throws IOException {
    Path file = folder.resolve(name);
    Path outside = Files.move(file, temp.resolve("outside"));
    Files.createSymbolicLink(file, outside);
    assertThatThrownBy(() -> Bundle.open(folder))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining(name + " is a link");
  }

  @ParameterizedTest
  @ValueSource(strings = {"manifest.json", "stage-0.onnx", "tokenizer.json"})
  void folderInAFilesPlaceIsRefused(String name) throws IOException {
    Files.delete(folder.resolve(name));
    Files.createDirectory(folder.resolve(name));
    assertThatThrownBy(() -> Bundle.open(folder)).isInstanceOf(BundleException.class);
  }

  @Test
  void manifestOfManyGigabytesIsNotRead() throws IOException {
    try (RandomAccessFile file =
        new RandomAccessFile(folder.resolve("manifest.json").toFile(), "rw")) {
      file.setLength(5L << 30);
    }
    assertThatThrownBy(() -> Bundle.open(folder))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("is larger than");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"labels\":", "{\"a\":"})
  void nestingWithoutEndIsRefused(String level) throws IOException {
    bundle.write(level.repeat(100_000).getBytes(UTF_8));
    assertThatThrownBy(() -> Bundle.open(folder))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("nesting depth");
  }
}
