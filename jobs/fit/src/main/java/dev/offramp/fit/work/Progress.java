package dev.offramp.fit.work;

/** Hears how far long work has come. */
@FunctionalInterface
public interface Progress {
  /** Nobody listens. */
  Progress NONE = (task, done, total) -> {};

  /**
   * So much is done. Called by one thread at a time, but not always the same.
   *
   * @param task what is being done, in words
   * @param done from 0 to {@code total}
   * @param total units of work in all; the unit is the task's own
   */
  void at(String task, long done, long total);

  /**
   * So much is done, and what came of it; by default only how much is heard.
   *
   * @param detail how good what was learned last is, in words
   */
  default void at(String task, long done, long total, String detail) {
    at(task, done, total);
  }

  /** Hears a line that a person should know; by default nobody does. */
  default void note(String line) {}
}
