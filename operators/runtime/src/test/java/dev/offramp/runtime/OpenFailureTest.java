package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What fails to open half-way leaves nothing open. */
class OpenFailureTest {
  @TempDir Path folder;

  @AfterEach
  void nothingIsOpen() {
    assertThat(OpenSessions.count()).isZero();
  }

  @Test
  void stageThatNoDeviceLoadsIsNamed() throws Exception {
    ChangedStage.unloadable(folder, 1);
    Bundle bundle = Bundle.open(folder);
    assertThatThrownBy(() -> engine(bundle, new ArrayList<>()))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("stage-1.onnx can't be loaded on cpu");
    assertThatThrownBy(() -> runner(bundle)).isInstanceOf(BundleException.class);
    assertThatThrownBy(() -> Classifier.open(folder)).isInstanceOf(BundleException.class);
  }

  @Test
  void errorWhileAStageIsMeasuredClosesThoseBefore() throws Exception {
    TinyBundle.writeText(folder);
    Bundle bundle = Bundle.open(folder);
    List<Integer> opened = new ArrayList<>();
    assertThatThrownBy(() -> engine(bundle, opened)).isInstanceOf(OutOfMemoryError.class);
    assertThat(opened).as("sessions that were open at each measurement").containsExactly(1, 2);
  }

  @Test
  void tokenizerThatIsGoneClosesTheStages() throws Exception {
    TinyBundle.writeText(folder);
    Bundle bundle = Bundle.open(folder);
    Files.delete(folder.resolve("tokenizer.json"));
    assertThatThrownBy(() -> runner(bundle)).isInstanceOf(BundleException.class);
    assertThatThrownBy(() -> Classifier.open(bundle, Device.CPU, ServingOptions.DEFAULT))
        .isInstanceOf(BundleException.class);
  }

  @Test
  void fileThatIsGoneSinceTheBundleWasOpenedIsNamedAsGone() throws Exception {
    TinyBundle.writeText(folder);
    Bundle bundle = Bundle.open(folder);
    Path stage = folder.resolve("stage-1.onnx");
    Path tokenizer = folder.resolve("tokenizer.json");
    byte[] kept = Files.readAllBytes(stage);
    Files.delete(stage);
    Files.delete(tokenizer);

    assertThatThrownBy(() -> Intake.open(bundle))
        .isInstanceOf(BundleException.class)
        .hasMessage(
            tokenizer
                + " is missing: copy the whole bundle again, or learn it anew with `offramp fit`");
    assertThatThrownBy(() -> engine(bundle, new ArrayList<>()))
        .isInstanceOf(BundleException.class)
        .hasMessage(
            stage
                + " is missing: copy the whole bundle again, or learn it anew with `offramp fit`");
    Files.write(stage, kept);
  }

  @Test
  void folderThatIsGoneSinceTheBundleWasOpenedIsNamed() throws Exception {
    Path own = folder.resolve("own");
    Files.createDirectories(own);
    TinyBundle.writeText(own);
    Bundle bundle = Bundle.open(own);
    Files.move(own, folder.resolve("elsewhere"));

    for (ThrowingCallable opening :
        List.<ThrowingCallable>of(
            () -> Intake.open(bundle), () -> engine(bundle, new ArrayList<>()))) {
      assertThatThrownBy(opening)
          .isInstanceOf(BundleException.class)
          .hasMessage(
              "the bundle's folder "
                  + own
                  + " is gone: put it back, or learn it anew with `offramp fit`");
    }
  }

  /** An engine whose second stage is one too many for the memory. */
  private static Engine engine(Bundle bundle, List<Integer> opened) {
    return new Engine(
        bundle,
        0,
        3,
        Device.CPU,
        ServingOptions.DEFAULT,
        Ticker.system(),
        outcome -> {},
        new Spares(bundle.manifest()),
        Device.CPU.maxRows(),
        stage -> {
          opened.add(OpenSessions.count());
          if (opened.size() == 2) {
            throw new OutOfMemoryError("no more buffers");
          }
          return stage.curve();
        });
  }

  private static Runner runner(Bundle bundle) {
    return new Runner(
        "runner",
        bundle,
        0,
        3,
        Device.CPU,
        ServingOptions.DEFAULT,
        Ticker.system(),
        outcomes -> {},
        failure -> {});
  }
}
