package dev.offramp.flink;

import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.BundleException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A bundle, opened once for all subtasks of this JVM that serve it: the first to ask copies (where
 * it isn't local), hashes and parses it, the last to close deletes the copy. Any thread; those who
 * ask for the same bundle wait for its first, others don't.
 */
final class SharedBundle implements AutoCloseable {
  private record Key(String path, String id) {}

  private static final Map<Key, SharedBundle> SHARED = new HashMap<>();

  private final Key key;

  /** Guarded by the map. */
  private int users;

  /** Both guarded by this. */
  private BundleFolder folder;

  private Bundle bundle;

  private SharedBundle(Key key) {
    this.key = key;
  }

  /**
   * The bundle in this folder; to be closed once by each who opened it.
   *
   * @param id of the bundle that the job was made for
   * @param temp where copies go
   * @throws BundleException names the file, the rule it breaks and what to do
   */
  static SharedBundle open(String path, String id, Path temp) {
    SharedBundle shared;
    synchronized (SHARED) {
      shared = SHARED.computeIfAbsent(new Key(path, id), SharedBundle::new);
      shared.users++;
    }
    try {
      shared.load(temp);
      return shared;
    } catch (Throwable t) {
      shared.close();
      throw t;
    }
  }

  /** How many bundles this JVM holds open. */
  static int count() {
    synchronized (SHARED) {
      return SHARED.size();
    }
  }

  synchronized Bundle bundle() {
    return bundle;
  }

  @Override
  public void close() {
    synchronized (SHARED) {
      if (--users > 0) {
        return;
      }
      SHARED.remove(key);
    }
    unload();
  }

  private synchronized void load(Path temp) {
    if (bundle != null) {
      return;
    }
    BundleFolder found = BundleFolder.whole(key.path, temp);
    try {
      Bundle opened = found.use(Bundle::open);
      if (!opened.manifest().id().equals(key.id)) {
        throw new BundleException(
            "bundle %s is %s here, the job was made for %s: put the same bundle on all machines, or submit the job again"
                .formatted(key.path, opened.manifest().id(), key.id));
      }
      folder = found;
      bundle = opened;
    } catch (Throwable t) {
      found.close();
      throw t;
    }
  }

  private synchronized void unload() {
    if (folder != null) {
      folder.close();
      folder = null;
      bundle = null;
    }
  }
}
