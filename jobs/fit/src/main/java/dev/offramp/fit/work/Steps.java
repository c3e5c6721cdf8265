package dev.offramp.fit.work;

/** Counts the steps of a task that several threads do, and tells a {@link Progress}. Any thread. */
public final class Steps {
  private final Progress progress;
  private final String task;
  private final long total;
  private long done;
  private String detail;

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
  public void step() {
    steps(1, null);
  }

  /**
   * So many more steps are done.
   *
   * @param said what came of them, in words; null: what was said last still holds
   */
  public synchronized void steps(long count, String said) {
    done += count;
    detail = said == null ? detail : said;
    if (detail == null) {
      progress.at(task, done, total);
    } else {
      progress.at(task, done, total, detail);
    }
  }
}
