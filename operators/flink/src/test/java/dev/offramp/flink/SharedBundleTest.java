package dev.offramp.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.BundleException;
import dev.offramp.runtime.ChangedStage;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.ManifestFile;
import dev.offramp.runtime.TinyBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedBundleTest {
  @TempDir Path folder;
  @TempDir Path temp;
  private Manifest manifest;
  private String away;

  @BeforeEach
  void write() throws IOException {
    manifest = TinyBundle.writeText(folder);
    away = "away://" + folder;
    AwayFileSystem.opened = 0;
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    assertThat(SharedBundle.count()).isZero();
    assertThat(copies()).isEmpty();
  }

  @Test
  void localBundleIsUsedWhereItLies() throws IOException {
    for (String path : List.of(folder.toString(), folder.toUri().toString())) {
      try (SharedBundle shared = SharedBundle.open(path, manifest.id(), temp)) {
        assertThat(shared.bundle().folder()).isEqualTo(folder);
        assertThat(copies()).isEmpty();
      }
    }
  }

  @Test
  void bundleElsewhereIsCopiedOnceAndDeletedWithItsLastUser() throws IOException {
    SharedBundle first = SharedBundle.open(away, manifest.id(), temp);
    assertThat(AwayFileSystem.opened).isEqualTo(5);
    SharedBundle second = SharedBundle.open(away, manifest.id(), temp);
    assertThat(AwayFileSystem.opened).isEqualTo(5);
    assertThat(second.bundle()).isSameAs(first.bundle());
    first.close();
    assertThat(Bundle.open(second.bundle().folder()).manifest().id()).isEqualTo(manifest.id());
    assertThat(copies()).hasSize(1);
    second.close();
  }

  @Test
  void manifestElsewhereIsReadAlone() {
    assertThat(BundleFolder.readManifest(away).id()).isEqualTo(manifest.id());
    assertThat(AwayFileSystem.opened).isEqualTo(1);
    assertThat(BundleFolder.readManifest(folder.toString()).id()).isEqualTo(manifest.id());
  }

  @Test
  void fileMissingElsewhereIsNamed() throws IOException {
    Files.delete(folder.resolve("stage-1.onnx"));
    assertThatThrownBy(() -> SharedBundle.open(away, manifest.id(), temp))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("away:")
        .hasMessageContaining("/stage-1.onnx can't be read");
  }

  @Test
  void nameThatLeadsOutOfTheFolderIsRefusedBeforeAnythingIsCopied() throws IOException {
    Manifest.Stage s = manifest.stages().get(0);
    List<Manifest.Stage> stages =
        List.of(
            new Manifest.Stage(
                "../" + s.file(),
                s.sha256(),
                s.multiplyAdds(),
                s.cost(),
                s.takes(),
                s.gives(),
                s.logits()),
            manifest.stages().get(1),
            manifest.stages().get(2));
    Manifest wicked = ManifestFile.write(ChangedStage.withStages(manifest, stages), folder);
    assertThatThrownBy(() -> SharedBundle.open(away, wicked.id(), temp))
        .hasMessageContaining("../stage-0.onnx")
        .hasMessageContaining(away);
    assertThat(AwayFileSystem.opened).isEqualTo(1);
  }

  @Test
  void changedFileElsewhereIsNamedByTheFolderThatPeopleKnow() throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), "{}");
    assertThatThrownBy(() -> SharedBundle.open(away, manifest.id(), temp))
        .hasMessageContaining(
            away + "/tokenizer.json: the file was changed or cut off: its SHA-256");
  }

  @Test
  void folderThatCantBeReachedIsNamed() {
    assertThatThrownBy(() -> BundleFolder.readManifest("nowhere://models/intents"))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("bundle nowhere://models/intents can't be reached");
    assertThatThrownBy(() -> BundleFolder.readManifest("")).isInstanceOf(BundleException.class);
  }

  private List<Path> copies() throws IOException {
    try (Stream<Path> all = Files.list(temp)) {
      return all.toList();
    }
  }
}
