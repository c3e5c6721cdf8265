package dev.offramp.fuzz;

import java.nio.file.Path;
import java.util.Set;

/**
 * Something that is fuzzed.
 *
 * @param name of its folder of seeds, too
 * @param seconds it is given in the long form
 * @param longest input, in bytes
 * @param instrumented packages whose branches guide the fuzzer, beside our own
 * @param refusals the exceptions that it documents, these very classes
 * @param opening makes it, with a folder of its own
 */
record Target(
    String name,
    int seconds,
    int longest,
    String instrumented,
    Set<Class<? extends Throwable>> refusals,
    Opening opening) {

  /** Makes the reader. */
  @FunctionalInterface
  interface Opening {
    /** Makes it; it may keep files in the folder. */
    Reader open(Path folder) throws Exception;
  }

  @Override
  public String toString() {
    return name;
  }
}
