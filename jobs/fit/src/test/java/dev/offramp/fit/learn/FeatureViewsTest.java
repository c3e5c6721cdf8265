package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeatureViewsTest {
  private final MadeUpFeatures all = new MadeUpFeatures(6, 4, 2, new double[] {1, 2, 3}, 1, 2);

  private static float[] row(Features features, int example, int exit) {
    float[] row = new float[features.width(exit)];
    features.copy(example, exit, FloatBuffer.wrap(row));
    return row;
  }

  @Test
  void someExitsAreThoseOfTheWholeUnderNewNumbers() {
    Features some = all.at(List.of(0, 2));

    assertThat(some.exits()).isEqualTo(2);
    assertThat(some.examples()).isEqualTo(6);
    assertThat(row(some, 5, 0)).isEqualTo(row(all, 5, 0));
    assertThat(row(some, 5, 1)).isEqualTo(row(all, 5, 2));
    assertThat(row(some.part(3, 2), 1, 1)).isEqualTo(row(all, 4, 2));
  }

  @Test
  void exitsOfOneWidthAmongOthersAreOneWidth() {
    Features narrow = all.at(List.of(0));
    Features mixed =
        new Features() {
          @Override
          public int examples() {
            return 1;
          }

          @Override
          public int exits() {
            return 3;
          }

          @Override
          public int width(int exit) {
            return exit == 1 ? 7 : 4;
          }

          @Override
          public void copy(int example, int exit, FloatBuffer into) {
            into.put(new float[width(exit)]);
          }
        };

    assertThat(narrow.isOneWidth()).isTrue();
    assertThat(mixed.isOneWidth()).isFalse();
    assertThat(mixed.at(List.of(1, 2)).width(0)).isEqualTo(7);
    assertThat(mixed.at(List.of(0, 2)).isOneWidth()).isTrue();
  }

  @Test
  void pickedExamplesComeInTheOrderAndAsOftenAsAskedFor() {
    Features picked = all.picked(new int[] {4, 0, 4});

    assertThat(picked.examples()).isEqualTo(3);
    assertThat(picked.exits()).isEqualTo(3);
    assertThat(row(picked, 0, 1)).isEqualTo(row(all, 4, 1));
    assertThat(row(picked, 1, 1)).isEqualTo(row(all, 0, 1));
    assertThat(row(picked, 2, 1)).isEqualTo(row(all, 4, 1));
  }

  @Test
  void exitsOutOfOrderOrUnknownAreRefused() {
    assertThatThrownBy(() -> all.at(List.of(2, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("exits must ascend within 0 to 2: [2, 0]");
    assertThatThrownBy(() -> all.at(List.of(0, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("exits must ascend within 0 to 2: [0, 3]");
  }
}
