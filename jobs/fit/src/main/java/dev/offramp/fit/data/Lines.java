package dev.offramp.fit.data;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;

/** The lines of a text, ended by LF, CR or both, none longer than makes sense. One thread. */
final class Lines {
  /** A tensor of a million numbers needs a third. */
  private static final int LONGEST = 1 << 25;

  private final Path file;
  private final Reader in;
  private final char[] chars = new char[1 << 14];
  private int at;
  private int end;
  private int number;
  private boolean afterReturn;

  /**
   * The lines of a file.
   *
   * @param file for errors
   * @param in not closed
   */
  Lines(Path file, Reader in) {
    this.file = file;
    this.in = in;
  }

  /** Number of the line read last, from 1. */
  int number() {
    return number;
  }

  /**
   * The next line, without its end; null: there is none.
   *
   * @throws IllegalArgumentException it has more than {@link #LONGEST} characters; names file and
   *     line
   */
  String next() throws IOException {
    StringBuilder line = new StringBuilder();
    boolean any = false;
    while (fill()) {
      if (afterReturn && chars[at] == '\n') {
        at++;
        afterReturn = false;
        continue;
      }
      afterReturn = false;
      any = true;
      int from = at;
      while (at < end && chars[at] != '\n' && chars[at] != '\r') {
        at++;
      }
      if (line.length() + at - from > LONGEST) {
        throw new IllegalArgumentException(
            "%s, line %d: a line must have at most %d characters"
                .formatted(file, number + 1, LONGEST));
      }
      line.append(chars, from, at - from);
      if (at < end) {
        afterReturn = chars[at++] == '\r';
        break;
      }
    }
    number += any ? 1 : 0;
    return any ? line.toString() : null;
  }

  private boolean fill() throws IOException {
    while (at == end) {
      at = 0;
      end = in.read(chars, 0, chars.length);
      if (end < 0) {
        end = 0;
        return false;
      }
    }
    return true;
  }
}
