package dev.offramp.kit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ChildMainTest {
  /** A process that does nothing and never ends by itself. */
  public static final class Idle {
    private Idle() {}

    public static void main(String[] words) throws InterruptedException {
      System.out.println(String.join(" ", words));
      new CountDownLatch(1).await();
    }
  }

  @Test
  void childRunsItsMainClassAndEndsWhenItsParentIsGone() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            JvmProcess.java(), ChildMain.class.getName(), Idle.class.getName(), "here", "I am");
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process child = builder.start();
    try (var out = new BufferedReader(new InputStreamReader(child.getInputStream(), UTF_8))) {
      assertThat(out.readLine()).isEqualTo("here I am");
      assertThat(child.isAlive()).isTrue();
      // What the system does to a dead parent's end of the pipe.
      child.getOutputStream().close();
      assertThat(child.waitFor(2, TimeUnit.MINUTES)).isTrue();
      assertThat(child.exitValue()).isEqualTo(86);
    } finally {
      child.destroyForcibly();
    }
  }
}
