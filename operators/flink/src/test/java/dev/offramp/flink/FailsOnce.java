package dev.offramp.flink;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.CheckpointListener;

/** Hands its input on, and fails once, behind the third checkpoint, for the whole JVM. */
final class FailsOnce<T> implements MapFunction<T, T>, CheckpointListener {
  static final AtomicBoolean FAILED = new AtomicBoolean();
  private static final int CHECKPOINTS = 3;

  private boolean armed;

  @Override
  public T map(T value) {
    if (armed && FAILED.compareAndSet(false, true)) {
      throw new IllegalStateException("the failure that was asked for");
    }
    return value;
  }

  @Override
  public void notifyCheckpointComplete(long checkpoint) {
    armed = checkpoint >= CHECKPOINTS;
  }
}
