package dev.offramp.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.BundleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Names of files in a manifest that is signed, made of all that leads elsewhere. */
class BundleNamesTest {
  @Property(tries = 300)
  void nameThatIsNotPlainLeadsNowhere(@ForAll("names") String name, @ForAll boolean tokenizer)
      throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "names"));
    BundleBench bundle = new BundleBench(folder);
    ObjectNode manifest = bundle.manifest();
    if (tokenizer) {
      ((ObjectNode) manifest.get("input")).put("tokenizer", name);
    } else {
      ((ObjectNode) manifest.get("stages").get(1)).put("file", name);
    }
    assertThat(bundle.sign(manifest)).isTrue();
    Throwable thrown = catchThrowable(() -> Bundle.open(folder));
    assertThat(thrown).isInstanceOf(BundleException.class);
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
      assertThat(thrown).hasMessageContaining("a bundle's files lie in its folder");
    }
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.of(
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
            "x".repeat(99))
        .list()
        .ofMaxSize(6)
        .map(parts -> String.join("", parts));
  }
}
