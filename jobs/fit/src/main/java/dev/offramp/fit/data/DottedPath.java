package dev.offramp.fit.data;

import java.util.List;
import java.util.function.BiFunction;

/** Finds what a name with dots means in nested records. A name that has its dots itself wins. */
final class DottedPath {
  private DottedPath() {}

  /**
   * What the path leads to.
   *
   * @param member gives the member of this name of a record; null if it has none or is no record
   * @return null if there is nothing
   */
  static Object find(Object record, String path, BiFunction<Object, String, Object> member) {
    Object whole = member.apply(record, path);
    for (int dot = path.indexOf('.'); whole == null && dot >= 0; dot = path.indexOf('.', dot + 1)) {
      Object inner = member.apply(record, path.substring(0, dot));
      if (inner != null) {
        whole = find(inner, path.substring(dot + 1), member);
      }
    }
    return whole;
  }

  /** Whether a path can begin at one of these columns. */
  static boolean begins(String path, List<String> columns) {
    return columns.stream().anyMatch(c -> path.equals(c) || path.startsWith(c + "."));
  }
}
