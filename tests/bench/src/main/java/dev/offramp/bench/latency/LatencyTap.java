package dev.offramp.bench.latency;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * Shows a job's records to a listener in this JVM as they pass. Flink sends functions to its tasks
 * as bytes, so the tap carries a number, and the listener is found by it when the task opens. Each
 * subtask calls from its own thread.
 */
final class LatencyTap<T> extends RichMapFunction<T, T> {
  private static final long serialVersionUID = 1;
  private static final Map<Long, Consumer<Object>> LISTENERS = new ConcurrentHashMap<>();
  private static final AtomicLong NUMBERS = new AtomicLong();

  private final long number;
  private transient Consumer<Object> listener;

  private LatencyTap(long number) {
    this.number = number;
  }

  /** The same stream, shown to a listener as long as this JVM lives. */
  static <T> DataStream<T> on(
      DataStream<T> stream, Class<T> type, String name, Consumer<T> listener) {
    long number = NUMBERS.incrementAndGet();
    LISTENERS.put(number, record -> listener.accept(type.cast(record)));
    return stream.map(new LatencyTap<T>(number)).returns(stream.getType()).name(name).uid(name);
  }

  @Override
  public void open(OpenContext context) {
    listener = LISTENERS.get(number);
  }

  @Override
  public T map(T record) {
    listener.accept(record);
    return record;
  }
}
