package dev.offramp.fit.graph;

import dev.offramp.fit.data.Backbone;
import dev.offramp.fit.data.Example;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The pretrained encoder of six layers on the test class path; read and probed once. */
public final class MiniLm {
  static final int LAYERS = 6;
  public static final int WIDTH = 384;

  private static Cuts cuts;

  private MiniLm() {}

  /** Its cuts. */
  public static synchronized Cuts cuts() {
    if (cuts == null) {
      try (InputStream in = resource("/all-minilm-l6-v2.onnx")) {
        cuts = Cuts.of(OnnxGraph.parse("minilm", in.readAllBytes()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return cuts;
  }

  /** Copies its tokenizer into a folder. */
  public static Path tokenizer(Path folder) throws IOException {
    Path file = folder.resolve("tokenizer.json");
    if (!Files.exists(file)) {
      try (InputStream in = resource("/all-minilm-l6-v2-tokenizer.json")) {
        Files.copy(in, file);
      }
    }
    return file;
  }

  /** It with its tokenizer in a folder; the model's file isn't written. */
  public static Backbone backbone(Path folder) throws IOException {
    return new Backbone("minilm", null, tokenizer(folder), "00", null);
  }

  /** Texts as examples. */
  static List<Example> examples(List<String> texts) {
    return texts.stream().map(text -> new Example(text, 0)).toList();
  }

  private static InputStream resource(String name) {
    return MiniLm.class.getResourceAsStream(name);
  }
}
