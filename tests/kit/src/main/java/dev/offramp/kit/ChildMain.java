package dev.offramp.kit;

import java.io.IOException;
import java.util.Arrays;

/**
 * Runs the main class of a process of {@link ProcessCluster}, and ends with the process that
 * started it, however that one ends: its end closes the pipe that is our standard input.
 */
public final class ChildMain {
  private static final int PARENT_IS_GONE = 86;

  private ChildMain() {}

  /**
   * Calls another main class.
   *
   * @param args its name, then its arguments
   */
  public static void main(String[] args) throws Exception {
    Thread guard = new Thread(ChildMain::endWithParent, "ends-with-parent");
    guard.setDaemon(true);
    guard.start();
    Class.forName(args[0])
        .getMethod("main", String[].class)
        .invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
  }

  private static void endWithParent() {
    try {
      while (System.in.read() >= 0) {
        // Nobody writes; what counts is the end.
      }
    } catch (IOException e) {
      // A pipe that can't be read is at its end too.
    }
    Runtime.getRuntime().halt(PARENT_IS_GONE);
  }
}
