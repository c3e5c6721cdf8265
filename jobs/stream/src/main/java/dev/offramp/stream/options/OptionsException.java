package dev.offramp.stream.options;

import java.util.List;

/**
 * Options that can't be used. The message is for the person who wrote them: every fault there is,
 * each with the rule, the value and its place; values that are secret are left out.
 */
public final class OptionsException extends RuntimeException {
  /** Faults in the message; more can't be read. */
  private static final int SHOWN = 20;

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
    if (faults.size() == 1) {
      return faults.get(0);
    }
    String item = System.lineSeparator() + "  - ";
    String more = faults.size() > SHOWN ? item + (faults.size() - SHOWN) + " more" : "";
    return "%d faults in the options:".formatted(faults.size())
        + item
        + String.join(item, faults.subList(0, Math.min(SHOWN, faults.size())))
        + more;
  }
}
