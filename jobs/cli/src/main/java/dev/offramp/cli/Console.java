package dev.offramp.cli;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.offramp.fit.work.Progress;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

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
  private final LongSupplier clock;
  private String task = "";
  private long begun;
  private long drawn;
  private long quarter;
  private boolean barOpen;

  Console(PrintStream out, boolean live) {
    this(out, live, System::nanoTime);
  }

  /**
   * @param clock as {@link System#nanoTime}
   */
  Console(PrintStream out, boolean live, LongSupplier clock) {
    this.out = out;
    this.live = live;
    this.clock = clock;
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
  public void at(String what, long done, long total) {
    at(what, done, total, "");
  }

  @Override
  public synchronized void at(String what, long done, long total, String detail) {
    long now = clock.getAsLong();
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
        draw(done, total, now, detail);
      }
    } else {
      long at = total == 0 ? 4 : 4 * done / total;
      if (at > quarter && now - begun >= WORTH_A_LINE_NANOS) {
        String said = detail.isEmpty() ? "" : "; " + detail;
        out.printf(Locale.ROOT, "  %s: %d %%%s%n", what, 25 * at, said);
      }
      quarter = Math.max(quarter, at);
    }
  }

  @Override
  public void note(String line) {
    line("%s", line);
  }

  private void draw(long done, long total, long now, String detail) {
    double share = total == 0 ? 1 : done / (double) total;
    int full = (int) Math.round(share * BAR);
    double seconds = (now - begun) / 1e9;
    String left =
        done == 0 || done >= total
            ? "%.0f s".formatted(seconds)
            : "%.0f s left".formatted(seconds / share - seconds);
    String said = detail.isEmpty() ? "" : "  " + detail;
    // Without wrapping: a bar wider than the window would be drawn over in part only.
    out.printf(
        Locale.ROOT,
        "\r\033[2K\033[?7l  %-28s %s%s %3.0f %%  %s%s\033[?7h",
        task,
        "█".repeat(full),
        "░".repeat(BAR - full),
        100 * share,
        left,
        said);
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
