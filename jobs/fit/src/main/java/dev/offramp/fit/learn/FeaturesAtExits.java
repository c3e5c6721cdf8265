package dev.offramp.fit.learn;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * Others' features at some of their exits.
 *
 * @param all the others
 * @param chosen which of their exits, ascending
 */
record FeaturesAtExits(Features all, List<Integer> chosen) implements Features {
  FeaturesAtExits {
    chosen = List.copyOf(chosen);
    int before = -1;
    for (int exit : chosen) {
      if (exit <= before || exit >= all.exits()) {
        throw new IllegalArgumentException(
            "exits must ascend within 0 to %d: %s".formatted(all.exits() - 1, chosen));
      }
      before = exit;
    }
  }

  @Override
  public int examples() {
    return all.examples();
  }

  @Override
  public int exits() {
    return chosen.size();
  }

  @Override
  public int width(int exit) {
    return all.width(chosen.get(exit));
  }

  @Override
  public void copy(int example, int exit, FloatBuffer into) {
    all.copy(example, chosen.get(exit), into);
  }
}
