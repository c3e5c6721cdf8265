package dev.offramp.kit;

import java.io.File;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs a main class whose classes are loaded apart from those of this JVM's class path, as a job's
 * are that come in a jar of its own.
 */
public final class ApartMain {
  private ApartMain() {}

  /**
   * Calls another main class.
   *
   * @param args where its classes lie, as a class path; its name; then its arguments
   */
  public static void main(String[] args) throws Exception {
    List<URL> places = new ArrayList<>();
    for (String place : args[0].split(File.pathSeparator, -1)) {
      places.add(Path.of(place).toUri().toURL());
    }
    try (URLClassLoader apart = new URLClassLoader(places.toArray(URL[]::new))) {
      Thread.currentThread().setContextClassLoader(apart);
      Method main = apart.loadClass(args[1]).getDeclaredMethod("main", String[].class);
      main.setAccessible(true);
      main.invoke(null, (Object) Arrays.copyOfRange(args, 2, args.length));
    }
  }
}
