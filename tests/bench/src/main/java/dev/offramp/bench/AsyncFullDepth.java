package dev.offramp.bench;

import dev.offramp.flink.Offramp;
import dev.offramp.flink.Received;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Classifier;
import dev.offramp.runtime.Device;
import dev.offramp.runtime.ServingOptions;
import dev.offramp.runtime.Ticker;
import dev.offramp.schemas.DeadLetter;
import dev.offramp.schemas.Prediction;
import dev.offramp.stream.StreamOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;

/**
 * The whole network, one event a call, in Flink's own async function: what calling a model server
 * from a job comes to, without the network hop. As many calls run at once as the subtask has cores.
 */
final class AsyncFullDepth extends RichAsyncFunction<Received, Prediction> {
  private static final int CAPACITY = 128;
  private static final int NO_TIMEOUT = 0;

  private final String folder;
  private final String point;
  private final String device;
  private final int threads;
  private transient BlockingQueue<Classifier> classifiers;
  private transient ExecutorService workers;

  private AsyncFullDepth(String folder, String point, String device, int threads) {
    this.folder = folder;
    this.point = point;
    this.device = device;
    this.threads = threads;
  }

  /**
   * Classifies a stream.
   *
   * @param cores that all subtasks share
   */
  static Offramp.Results classify(DataStream<Received> events, Ground ground, int cores) {
    AsyncFullDepth calls =
        new AsyncFullDepth(
            ground.bundle().folder().toAbsolutePath().toString(),
            ground.fullPoint(),
            ground.options(ground.fullPoint(), List.of()).get(StreamOptions.DEVICE),
            Math.max(1, cores / ground.parallelism()));
    return new Offramp.Results(
        AsyncDataStream.unorderedWait(
                events.filter(Received::decoded),
                calls,
                NO_TIMEOUT,
                TimeUnit.MILLISECONDS,
                CAPACITY)
            .returns(TypeInformation.of(Prediction.class)),
        events.filter(r -> !r.decoded()).map(AsyncFullDepth::undecodable));
  }

  @Override
  public void open(OpenContext context) {
    Bundle bundle = Bundle.open(Path.of(folder));
    ServingOptions options = new ServingOptions(point, ServingOptions.DEFAULT_LEVEL, null, null);
    classifiers = new LinkedBlockingQueue<>();
    for (int i = 0; i < threads; i++) {
      classifiers.add(Classifier.open(bundle, Device.of(device), options));
    }
    int subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    workers =
        Executors.newFixedThreadPool(
            threads, task -> new Thread(task, "offramp async #" + subtask));
  }

  @Override
  public void asyncInvoke(Received received, ResultFuture<Prediction> result) {
    workers.execute(
        () -> {
          try {
            Classifier classifier = classifiers.take();
            try {
              result.complete(classifier.classifyEvents(List.of(received.event())));
            } finally {
              classifiers.add(classifier);
            }
          } catch (Exception e) {
            result.completeExceptionally(e);
          }
        });
  }

  @Override
  public void close() throws Exception {
    if (workers != null) {
      workers.shutdownNow();
      workers.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    }
    if (classifiers != null) {
      classifiers.forEach(Classifier::close);
    }
  }

  private static DeadLetter undecodable(Received received) {
    return received.deadLetter(
        received.failedAt(),
        received.reason(),
        received.message(),
        Ticker.instant(Ticker.system().micros()));
  }
}
