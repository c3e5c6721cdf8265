package dev.offramp.fuzz;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * All targets in one, for the short form: the first byte of an input says whose the rest is. A JVM
 * that instruments what it loads starts slowly; so it starts once.
 */
final class Choice {
  private final List<Rule> rules = new ArrayList<>();

  /**
   * Opens the targets.
   *
   * @param folder each gets one of its own in it
   */
  Choice(List<Target> targets, Path folder) throws Exception {
    for (Target target : targets) {
      Path own = Files.createDirectories(folder.resolve(target.name()));
      rules.add(new Rule(target, target.opening().open(own)));
    }
  }

  /** Checks the rest of an input by the rule of the target that it is for. */
  void check(byte[] input) throws Exception {
    if (rules.size() == 1) {
      rules.get(0).check(input);
    } else if (input.length > 0) {
      int chosen = Byte.toUnsignedInt(input[0]) % rules.size();
      rules.get(chosen).check(Arrays.copyOfRange(input, 1, input.length));
    }
  }

  /** An input for the target of this index, of more than one. */
  static byte[] input(int index, byte[] rest) {
    byte[] input = new byte[1 + rest.length];
    input[0] = (byte) index;
    System.arraycopy(rest, 0, input, 1, rest.length);
    return input;
  }
}
