package dev.offramp.runtime;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import dev.offramp.runtime.Manifest.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Changes the graph of a bundle's stage and makes the bundle whole again. */
public final class ChangedStage {
  private ChangedStage() {}

  /** A bundle whose stage of this number passes all checks, but that no device can load. */
  public static Manifest unloadable(Path folder, int stage) throws IOException {
    Manifest tiny = TinyBundle.writeText(folder);
    return write(folder, tiny, stage, graph -> graph.getNodeBuilder(0).setOpType("NoSuchOperator"));
  }

  /** Changes the graph of the stage k of the bundle in a folder. */
  static Manifest write(Path folder, Manifest manifest, int k, Consumer<GraphProto.Builder> change)
      throws IOException {
    Stage stage = manifest.stages().get(k);
    Path file = folder.resolve(stage.file());
    ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
    change.accept(model.getGraphBuilder());
    Files.write(file, model.build().toByteArray());
    List<Stage> stages = new ArrayList<>(manifest.stages());
    stages.set(
        k,
        new Stage(
            stage.file(),
            Sha256.of(file),
            stage.multiplyAdds(),
            stage.cost(),
            stage.takes(),
            stage.gives(),
            stage.logits()));
    return ManifestFile.write(withStages(manifest, stages), folder);
  }

  /** A manifest with other stages and no id yet. */
  public static Manifest withStages(Manifest manifest, List<Stage> stages) {
    return new Manifest(
        manifest.formatVersion(),
        "",
        manifest.name(),
        manifest.labels(),
        manifest.input(),
        stages,
        manifest.stacking(),
        manifest.foresight(),
        manifest.levels(),
        manifest.points(),
        manifest.defaultPoint(),
        manifest.batchInvariant(),
        manifest.provenance());
  }
}
