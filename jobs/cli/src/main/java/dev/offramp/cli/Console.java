package dev.offramp.cli;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.offramp.fit.work.Progress;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * What a command says while it works: bars that fill up when a person watches, a plain line at each
 * quarter of long work when a file or a pipe does.
 */
final class Console implements Progress {
  private static final int BAR = 30;
  private static final long REDRAW_NANOS = 100_000_000L;
  private static final long WORTH_A_LINE_NANOS = 2_000_000_000L;

  private final PrintStream out;
  private final boolean live;
  private String task = "";
  private long begun;
  private long drawn;
  private long quarter;
  private boolean barOpen;

  Console(PrintStream out, boolean live) {
    this.out = out;
    this.live = live;
  }

  /** Standard output; live if a person watches, which the script that starts us knows. */
  static Console standard() {
    return new Console(System.out, Boolean.getBoolean("offramp.live"));
  }

  boolean live() {
    return live;
  }

  /** Prints a line; formatted as by {@link String#format} in English. */
  @FormatMethod
  synchronized void line(@FormatString String format, Object... args) {
    closeBar();
    out.println(String.format(Locale.ROOT, format, args));
    out.flush();
  }

  /** Draws lines over the ones drawn before, if a person watches; else prints nothing. */
  synchronized void redraw(List<String> lines, int before) {
    closeBar();
    StringBuilder text = new StringBuilder();
    if (before > 0) {
      text.append("\033[").append(before).append('A');
    }
    for (String line : lines) {
      text.append("\r\033[2K").append(line).append('\n');
    }
    out.print(text);
    out.flush();
  }

  @Override
  public synchronized void at(String what, long done, long total) {
    long now = System.nanoTime();
    if (!what.equals(task)) {
      closeBar();
      task = what;
      begun = now;
      drawn = 0;
      quarter = 0;
    }
    if (live) {
      if (now - drawn >= REDRAW_NANOS || done >= total) {
        drawn = now;
        draw(done, total, now);
      }
    } else {
      long at = total == 0 ? 4 : 4 * done / total;
      if (at > quarter && now - begun >= WORTH_A_LINE_NANOS) {
        out.printf(Locale.ROOT, "  %s: %d %%%n", what, 25 * at);
      }
      quarter = Math.max(quarter, at);
    }
  }

  @Override
  public void note(String line) {
    line("%s", line);
  }

  private void draw(long done, long total, long now) {
    double share = total == 0 ? 1 : done / (double) total;
    int full = (int) Math.round(share * BAR);
    double seconds = (now - begun) / 1e9;
    String left =
        done == 0 || done >= total
            ? "%.0f s".formatted(seconds)
            : "%.0f s left".formatted(seconds / share - seconds);
    out.printf(
        Locale.ROOT,
        "\r\033[2K  %-28s %s%s %3.0f %%  %s",
        task,
        "█".repeat(full),
        "░".repeat(BAR - full),
        100 * share,
        left);
    barOpen = done < total;
    if (!barOpen) {
      out.println();
    }
    out.flush();
  }

  private void closeBar() {
    if (barOpen) {
      out.println();
      barOpen = false;
    }
  }
}
