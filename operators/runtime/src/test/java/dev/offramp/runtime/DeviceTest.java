package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.onnxruntime.OrtEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DeviceTest {
  private static boolean hasCard() {
    return Files.exists(Path.of("/dev/nvidia0"));
  }

  @Test
  void cpuIsAlwaysThere() {
    assertThat(Device.of("cpu")).isEqualTo(Device.CPU).hasToString("cpu");
  }

  @Test
  void cudaWithoutACardIsRefusedAndSaysWhatToDo() {
    assumeThat(hasCard()).as("a CUDA card is here").isFalse();
    assertThatThrownBy(() -> Device.of("cuda:0"))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("cuda:0 can't be used: ")
        .hasMessageContaining("-Pgpu")
        .hasMessageContaining("device: cpu");
  }

  @Test
  void cudaWithoutItsLibrariesNamesTheOneThatIsMissing() {
    assumeThat(hasCard()).as("a CUDA card is here").isFalse();
    boolean built =
        OrtEnvironment.class.getResource(
                "/ai/onnxruntime/native/linux-x64/libonnxruntime_providers_cuda.so")
            != null;
    assertThatThrownBy(() -> Device.of("cuda:0"))
        .as("built with CUDA: %s", built)
        .hasMessageContaining(built ? ".so.12" : "CUDA shared provider");
  }

  @Test
  void autoWithoutACardIsTheCpu() {
    assumeThat(hasCard()).as("a CUDA card is here").isFalse();
    assertThat(Device.of("auto")).isEqualTo(Device.CPU);
  }

  @Test
  void otherNamesAreRefused() {
    for (String name : new String[] {"gpu", "cuda", "cuda:", "cuda:x", "CPU", ""}) {
      assertThatThrownBy(() -> Device.of(name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("auto, cpu or cuda:N");
    }
  }
}
