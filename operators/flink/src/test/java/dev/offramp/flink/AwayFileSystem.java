package dev.offramp.flink;

import java.io.IOException;
import java.net.URI;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystemFactory;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.local.LocalFileSystem;

/** Local files under a scheme of their own, {@code away:}, as a store elsewhere would show them. */
public final class AwayFileSystem extends LocalFileSystem {
  static int opened;

  @Override
  public boolean isDistributedFS() {
    return true;
  }

  @Override
  public FSDataInputStream open(Path path) throws IOException {
    opened++;
    return super.open(path);
  }

  /** Found by Flink as a service. */
  public static final class Factory implements FileSystemFactory {
    @Override
    public String getScheme() {
      return "away";
    }

    @Override
    public FileSystem create(URI uri) {
      return new AwayFileSystem();
    }
  }
}
