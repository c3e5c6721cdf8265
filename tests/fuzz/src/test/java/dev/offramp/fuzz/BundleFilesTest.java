package dev.offramp.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.BundleException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A bundle's files: what they are called, what lies in their place, and how large they are. */
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
  void nestingWithoutEndIsRefused(String level) throws Exception {
    bundle.write(level.repeat(100_000).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThatThrownBy(() -> Bundle.open(folder))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("nesting depth");
  }

  /** jqwik's instances know nothing of JUnit's folders. */
  static final class Names {
    private static final AtomicInteger COUNT = new AtomicInteger();

    @Property(tries = 300)
    void nameThatIsNotPlainLeadsNowhere(@ForAll("names") String name) throws IOException {
      Path folder =
          Files.createDirectories(
              Path.of("target", "names", Integer.toString(COUNT.getAndIncrement() % 2)));
      BundleBench bundle = new BundleBench(folder);
      for (String field : new String[] {"stage", "tokenizer"}) {
        ObjectNode manifest = bundle.manifest();
        if (field.equals("stage")) {
          ((ObjectNode) manifest.get("stages").get(1)).put("file", name);
        } else {
          ((ObjectNode) manifest.get("input")).put("tokenizer", name);
        }
        assertThat(bundle.sign(manifest)).isTrue();
        Throwable thrown = catchThrowable(() -> Bundle.open(folder));
        assertThat(thrown).isInstanceOf(BundleException.class);
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
          assertThat(thrown).hasMessageContaining("a bundle's files lie in its folder");
        }
      }
    }

    @Provide
    Arbitrary<String> names() {
      Arbitrary<String> parts =
          Arbitraries.of(
              "..",
              ".",
              "/",
              "\\",
              "\0",
              "%2e%2e",
              "~",
              "$HOME",
              "a",
              "b.onnx",
              "C:",
              "etc",
              "passwd",
              " ",
              "\u202E",
              "\uFF0F",
              "\u2024",
              "\n",
              "x".repeat(99));
      return parts.list().ofMinSize(0).ofMaxSize(6).map(list -> String.join("", list));
    }
  }
}
