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
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Computes features of tokenized texts: longest first, in batches of like length, so that next to
 * nothing is padding; one session, as many runners as cores, each with one thread.
 */
final class FeatureRun implements AutoCloseable {
  private static final String TASK = "features";
  private static final int MOST_ROWS = 32;

  /** A batch of so many tokens is past the point where a call mostly streams weights. */
  private static final int ENOUGH_TOKENS = 256;

  private final OrtSession session;
  private final int exits;
  private final int width;
  private final Progress progress;

  /**
   * Opens the graph.
   *
   * @param graph as {@link Stages#features} writes it
   */
  FeatureRun(byte[] graph, int exits, int width, Progress progress) {
    this.session = Sessions.open("the features graph", graph);
    this.exits = exits;
    this.width = width;
    this.progress = progress;
  }

  /**
   * Writes the features of all texts into a file, as {@link MappedFeatures} reads it.
   *
   * @throws IllegalStateException if the network fails, or gives what is no number
   */
  void write(List<long[]> ids, Path file) throws IOException {
    int runners = Runtime.getRuntime().availableProcessors();
    ExecutorService executor = Executors.newFixedThreadPool(runners);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      try {
        runAll(ids, channel, new ExecutorCompletionService<>(executor));
      } finally {
        end(executor);
      }
    }
  }

  private void runAll(
      List<long[]> ids, FileChannel channel, ExecutorCompletionService<Integer> runners)
      throws IOException {
    List<List<Integer>> batches = batches(ids);
    for (List<Integer> batch : batches) {
      runners.submit(() -> run(ids, batch, channel));
    }
    long done = 0;
    progress.at(TASK, done, ids.size());
    try {
      for (int i = 0; i < batches.size(); i++) {
        done += runners.take().get();
        progress.at(TASK, done, ids.size());
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

  /** Indices of the texts of each batch. */
  static List<List<Integer>> batches(List<long[]> ids) {
    List<Integer> longestFirst =
        IntStream.range(0, ids.size())
            .boxed()
            .sorted(Comparator.comparingInt((Integer i) -> ids.get(i).length).reversed())
            .toList();
    List<List<Integer>> batches = new ArrayList<>();
    List<Integer> open = new ArrayList<>();
    for (int text : longestFirst) {
      open.add(text);
      int tokens = open.size() * ids.get(open.get(0)).length;
      if (open.size() == MOST_ROWS || tokens >= ENOUGH_TOKENS) {
        batches.add(open);
        open = new ArrayList<>();
      }
    }
    if (!open.isEmpty()) {
      batches.add(open);
    }
    return batches;
  }

  private int run(List<long[]> ids, List<Integer> batch, FileChannel channel)
      throws OrtException, IOException {
    List<long[]> rows = batch.stream().map(ids::get).toList();
    long exampleBytes = MappedFeatures.exampleBytes(exits, width);
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(exampleBytes));
    FloatBuffer floats = bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    try (TokenBatch input = TokenBatch.of(rows, session.getInputNames());
        OrtSession.Result result = session.run(input.tensors())) {
      List<FloatBuffer> pooled = new ArrayList<>();
      for (int k = 0; k < exits; k++) {
        OnnxTensor tensor = (OnnxTensor) result.get(Stages.pooled(k)).orElseThrow();
        pooled.add(tensor.getFloatBuffer());
      }
      for (int row = 0; row < batch.size(); row++) {
        for (int k = 0; k < exits; k++) {
          for (int column = 0; column < width; column++) {
            float value = pooled.get(k).get(row * width + column);
            if (!Float.isFinite(value)) {
              throw new IllegalStateException(
                  "the backbone gives %s for example %d at exit %d"
                      .formatted(value, batch.get(row), k));
            }
            floats.put(k * width + column, value);
          }
        }
        bytes.clear();
        long position = batch.get(row) * exampleBytes;
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
