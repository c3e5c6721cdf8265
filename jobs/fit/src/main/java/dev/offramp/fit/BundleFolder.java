package dev.offramp.fit;

import dev.offramp.fit.graph.Stage;
import dev.offramp.fit.learn.Learned;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.Input;
import dev.offramp.runtime.Manifest.Provenance;
import dev.offramp.runtime.ManifestFile;
import dev.offramp.runtime.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The folder that a bundle is written to: beside it first, then checked by opening it as a job
 * would, and only then moved into its place, so that no half bundle is ever found there.
 */
final class BundleFolder {
  /** Name of the tokenizer's file. */
  static final String TOKENIZER = "tokenizer.json";

  /**
   * What goes into a bundle.
   *
   * @param tokenizer null if the input is no text
   */
  record Content(
      String name,
      List<String> labels,
      Input input,
      Path tokenizer,
      List<Stage> stages,
      double[] costs,
      Learned learned,
      boolean batchInvariant,
      Provenance provenance) {

    /** The same with what a check of the written bundle found. */
    Content with(Input otherInput, boolean invariant) {
      return new Content(
          name, labels, otherInput, tokenizer, stages, costs, learned, invariant, provenance);
    }
  }

  private final Path place;

  private BundleFolder(Path place) {
    this.place = place;
  }

  /**
   * The place for a bundle.
   *
   * @throws IllegalArgumentException something else lies there, or no folder can be made there
   */
  static BundleFolder at(Path place) {
    Path absolute = place.toAbsolutePath().normalize();
    if (Files.exists(absolute) && !Files.isDirectory(absolute)) {
      throw new IllegalArgumentException(
          "%s is a file: name a folder for the output".formatted(place));
    }
    checkWritable(absolute);
    if (Files.exists(absolute) && !isEmpty(absolute) && !isBundle(absolute)) {
      throw new IllegalArgumentException(
          "%s holds something that is no bundle: name another folder for the output, or empty it"
              .formatted(place));
    }
    return new BundleFolder(absolute);
  }

  /** Learning takes minutes; whether the bundle can be written is known before. */
  private static void checkWritable(Path absolute) {
    Path existing = absolute.getParent();
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing == null || !Files.isDirectory(existing) || !Files.isWritable(existing)) {
      throw new IllegalArgumentException(
          "no folder can be made at %s, since %s is no folder that can be written to: name another place for the output"
              .formatted(absolute, existing == null ? absolute : existing));
    }
  }

  /**
   * Writes a bundle.
   *
   * @param checked runs the bundle before it is in its place, and says what its manifest must say
   * @return its manifest, as opened
   */
  Manifest write(Content content, Function<Bundle, Content> checked) throws IOException {
    Files.createDirectories(place.getParent());
    Path draft = Files.createTempDirectory(place.getParent(), place.getFileName() + "-");
    try {
      List<Manifest.Stage> stages = new ArrayList<>();
      for (int k = 0; k < content.stages.size(); k++) {
        stages.add(write(draft, k, content));
      }
      if (content.tokenizer != null) {
        Files.copy(content.tokenizer, draft.resolve(TOKENIZER));
      }
      ManifestFile.write(manifest(content, stages), draft);
      Bundle opened = Bundle.open(draft);
      Content corrected = checked.apply(opened);
      Manifest manifest = opened.manifest();
      if (!corrected.input.equals(content.input)
          || corrected.batchInvariant != content.batchInvariant) {
        ManifestFile.write(manifest(corrected, stages), draft);
        manifest = Bundle.open(draft).manifest();
      }
      delete(place);
      Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
      return manifest;
    } finally {
      delete(draft);
    }
  }

  private static Manifest.Stage write(Path draft, int k, Content content) throws IOException {
    Stage stage = content.stages.get(k);
    Path file = draft.resolve("stage-" + k + ".onnx");
    try (OutputStream out = Files.newOutputStream(file)) {
      stage.onnx().writeTo(out);
    }
    return new Manifest.Stage(
        file.getFileName().toString(),
        Sha256.of(file),
        stage.multiplyAdds(),
        content.costs[k],
        stage.takes(),
        stage.gives(),
        stage.logits());
  }

  private static Manifest manifest(Content content, List<Manifest.Stage> stages) {
    Learned learned = content.learned;
    return new Manifest(
        Manifest.FORMAT_VERSION,
        "",
        content.name,
        content.labels,
        content.input,
        stages,
        learned.stacking(),
        learned.foresight(),
        learned.levels(),
        learned.points(),
        learned.defaultPoint(),
        content.batchInvariant,
        content.provenance);
  }

  /** Where it is. */
  @Override
  public String toString() {
    return place.toString();
  }

  private static boolean isEmpty(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isBundle(Path folder) {
    return Files.isRegularFile(folder.resolve(ManifestFile.NAME));
  }

  /** A bundle has no folders inside. */
  private static void delete(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }
}
