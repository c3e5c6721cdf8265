package dev.offramp.stream.options;

import java.util.List;

/**
 * Options that can't be used. The message is for the person who wrote them: every fault there is,
 * each with the rule, the value and its place; values that are secret are left out.
 */
public final class OptionsException extends RuntimeException {
  private final List<String> faults;

  /** One fault. */
  public OptionsException(String fault) {
    this(List.of(fault));
  }

  /**
   * Several faults.
   *
   * @param faults at least one
   */
  public OptionsException(List<String> faults) {
    super(message(faults));
    this.faults = List.copyOf(faults);
  }

  /** The faults, each a sentence. */
  public List<String> faults() {
    return faults;
  }

  private static String message(List<String> faults) {
    return faults.size() == 1
        ? faults.get(0)
        : "%d faults in the options:%n  - %s"
            .formatted(faults.size(), String.join(System.lineSeparator() + "  - ", faults));
  }
}
