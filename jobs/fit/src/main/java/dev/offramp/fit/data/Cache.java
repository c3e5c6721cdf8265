package dev.offramp.fit.data;

import java.nio.file.Path;
import java.util.Map;

/**
 * The folder for what was fetched or computed once: backbones, data, features. All of it can be
 * deleted at any time.
 *
 * @param folder need not exist yet
 */
public record Cache(Path folder) {
  /**
   * The user's: {@code $OFFRAMP_CACHE}, else {@code $XDG_CACHE_HOME/offramp}, else {@code
   * ~/.cache/offramp}.
   *
   * @param environment as {@link System#getenv()}
   */
  public static Cache of(Map<String, String> environment) {
    String own = environment.getOrDefault("OFFRAMP_CACHE", "");
    if (!own.isEmpty()) {
      return new Cache(Path.of(own));
    }
    String shared = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path caches =
        shared.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(shared);
    return new Cache(caches.resolve("offramp"));
  }
}
