package dev.offramp.fit.graph;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.offramp.fit.work.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Computes features: one session, as many runners as cores, each with one thread. */
final class FeatureRun implements AutoCloseable {
  private static final String TASK = "features";

  private final OrtSession session;
  private final int[] widths;
  private final Progress progress;

  /**
   * Opens the graph.
   *
   * @param graph as {@link Stages#features} writes it
   * @param widths of the exits' features
   */
  FeatureRun(byte[] graph, int[] widths, Progress progress) {
    this.session = Sessions.open("the features graph", graph);
    this.widths = widths.clone();
    this.progress = progress;
  }

  /**
   * Writes the features of all examples into a file, as {@link MappedFeatures} reads it.
   *
   * @throws IllegalStateException if the network fails, or gives what is no number
   */
  void write(NetworkExamples examples, Path file) throws IOException {
    int runners = Runtime.getRuntime().availableProcessors();
    ExecutorService executor = Executors.newFixedThreadPool(runners);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      try {
        runAll(examples, channel, new ExecutorCompletionService<>(executor));
      } finally {
        end(executor);
      }
    }
  }

  private void runAll(
      NetworkExamples examples, FileChannel channel, ExecutorCompletionService<Integer> runners)
      throws IOException {
    List<List<Integer>> batches = examples.batches();
    for (List<Integer> batch : batches) {
      runners.submit(() -> run(examples, batch, channel));
    }
    long done = 0;
    progress.at(TASK, done, examples.size());
    try {
      for (int i = 0; i < batches.size(); i++) {
        done += runners.take().get();
        progress.at(TASK, done, examples.size());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while features were computed", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IllegalStateException(
          "features can't be computed: " + e.getCause().getMessage(), e.getCause());
    }
  }

  private int run(NetworkExamples examples, List<Integer> batch, FileChannel channel)
      throws OrtException, IOException {
    long exampleBytes = MappedFeatures.exampleBytes(widths);
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(exampleBytes));
    FloatBuffer floats = bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    try (Batch input = examples.batch(batch, session.getInputNames());
        OrtSession.Result result = session.run(input.tensors())) {
      List<FloatBuffer> pooled = new ArrayList<>();
      for (int k = 0; k < widths.length; k++) {
        OnnxTensor tensor = (OnnxTensor) result.get(Stages.pooled(k)).orElseThrow();
        pooled.add(tensor.getFloatBuffer());
      }
      for (int example : batch) {
        floats.clear();
        for (int k = 0; k < widths.length; k++) {
          for (int column = 0; column < widths[k]; column++) {
            float value = pooled.get(k).get();
            if (!Float.isFinite(value)) {
              throw new IllegalStateException(
                  "the network gives %s at exit %d for %s"
                      .formatted(value, k, examples.named(example)));
            }
            floats.put(value);
          }
        }
        bytes.clear();
        long position = example * exampleBytes;
        while (bytes.hasRemaining()) {
          position += channel.write(bytes, position);
        }
      }
    }
    return batch.size();
  }

  /** The session must outlive every call in it, and a call can't be interrupted. */
  private static void end(ExecutorService executor) {
    executor.shutdownNow();
    boolean interrupted = false;
    while (!executor.isTerminated()) {
      try {
        executor.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("the features graph can't be closed", e);
    }
  }
}
