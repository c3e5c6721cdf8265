package dev.offramp.fit.work;

/** Counts the steps of a task that several threads do, and tells a {@link Progress}. Any thread. */
public final class Steps {
  private final Progress progress;
  private final String task;
  private final long total;
  private long done;

  /**
   * Nothing is done yet.
   *
   * @param task what is being done, in words
   * @param total steps in all
   */
  public Steps(Progress progress, String task, long total) {
    this.progress = progress;
    this.task = task;
    this.total = total;
  }

  /** One more step is done. */
  public synchronized void step() {
    progress.at(task, ++done, total);
  }
}
