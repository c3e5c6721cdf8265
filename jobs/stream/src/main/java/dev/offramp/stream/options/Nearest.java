package dev.offramp.stream.options;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * The known name nearest to one that is not known, by Damerau-Levenshtein distance in its optimal
 * string alignment form: the fewest insertions, deletions, replacements and swaps of neighbours, no
 * part edited twice. Time is the product of the two lengths, for each name.
 */
public final class Nearest {
  private Nearest() {}

  /** The nearest of the names, the first of equals; empty if there are none. */
  public static Optional<String> to(String name, Collection<String> names) {
    return names.stream().min(Comparator.comparingInt(known -> distance(name, known)));
  }

  /** The distance of two names. */
  public static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      d[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      d[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
