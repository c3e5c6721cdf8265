package dev.offramp.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.ManifestFile;
import dev.offramp.runtime.Sha256;
import dev.offramp.runtime.TinyBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small bundle whose files are changed, and signed anew so that hashes don't give it away. */
final class BundleBench {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final ObjectNode manifest;

  BundleBench(Path folder) throws IOException {
    this.folder = folder;
    TinyBundle.writeText(folder);
    this.manifest = (ObjectNode) JSON.readTree(folder.resolve(ManifestFile.NAME).toFile());
  }

  /** Where it lies. */
  Path folder() {
    return folder;
  }

  /** Its sound manifest, to be changed. */
  ObjectNode manifest() {
    return manifest.deepCopy();
  }

  /** Puts a manifest in its place as it is. */
  void write(byte[] bytes) throws IOException {
    Files.write(folder.resolve(ManifestFile.NAME), bytes);
  }

  /** Puts a manifest in its place with the id that fits it; false: it has no content to sign. */
  boolean sign(JsonNode tree) throws IOException {
    if (!(tree instanceof ObjectNode changed)) {
      return false;
    }
    ObjectNode signed = changed.deepCopy();
    try {
      signed.put("id", ManifestFile.idOf(JSON.treeToValue(tree, Manifest.class)));
    } catch (IOException | RuntimeException e) {
      // It is no manifest; opening it will say why.
      return false;
    }
    write(JSON.writeValueAsBytes(signed));
    return true;
  }

  /** Puts a stage's file in its place, signed. */
  void stage(int k, byte[] bytes) throws IOException {
    String file = "stage-" + k + ".onnx";
    ObjectNode changed = manifest();
    ((ObjectNode) changed.get("stages").get(k)).put("sha256", put(file, bytes));
    sign(changed);
  }

  /** Puts a tokenizer in its place, signed. */
  void tokenizer(byte[] bytes) throws IOException {
    ObjectNode changed = manifest();
    ((ObjectNode) changed.get("input")).put("sha256", put("tokenizer.json", bytes));
    sign(changed);
  }

  private String put(String file, byte[] bytes) throws IOException {
    return Sha256.of(Files.write(folder.resolve(file), bytes));
  }
}
