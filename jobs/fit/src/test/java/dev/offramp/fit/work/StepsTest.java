package dev.offramp.fit.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepsTest {
  private final List<String> heard = new ArrayList<>();

  @Test
  void whatWasSaidLastHoldsUntilMoreIsSaid() {
    Progress progress =
        new Progress() {
          @Override
          public void at(String task, long done, long total) {
            heard.add(task + " " + done + " of " + total);
          }

          @Override
          public void at(String task, long done, long total, String detail) {
            at(task, done, total);
            heard.add(detail);
          }
        };
    Steps steps = new Steps(progress, "work", 6);
    steps.step();
    steps.steps(2, "good");
    steps.step();
    steps.steps(2, "better");
    assertThat(heard)
        .containsExactly(
            "work 1 of 6", "work 3 of 6", "good", "work 4 of 6", "good", "work 6 of 6", "better");
  }

  @Test
  void listenerWithoutAnEarForDetailsHearsTheRest() {
    new Steps((task, done, total) -> heard.add(task + " " + done), "work", 2).steps(2, "good");
    assertThat(heard).containsExactly("work 2");
  }
}
