package dev.offramp.fit.graph;

import dev.offramp.fit.data.Backbone;
import dev.offramp.fit.data.Cache;
import dev.offramp.fit.data.Hash;
import dev.offramp.fit.data.Tokens;
import dev.offramp.fit.learn.Features;
import dev.offramp.fit.work.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/**
 * Features of texts at every exit, computed once and kept in the cache under a hash of all that
 * they depend on. Kept are those of the distinct texts in their natural order, so that another
 * order, as another seed's splits give it, and texts that come twice find the same file. One
 * thread; the features that it gives, any.
 */
public final class FeatureStore {
  /** Goes up when the same inputs would give other features. */
  private static final String VERSION = "features 2";

  private final Cache cache;
  private final Progress progress;

  /** Features kept in this cache. */
  public FeatureStore(Cache cache, Progress progress) {
    this.cache = cache;
    this.progress = progress;
  }

  /**
   * Features of texts, in their order.
   *
   * @param exits of the backbone, all of one width
   * @param graph gives {@link Stages#features} of these exits; asked only if the features aren't
   *     there yet
   * @param maxTokens texts are cut off after so many tokens
   * @throws IllegalStateException if they can't be computed or kept
   */
  public Features of(
      Backbone backbone,
      List<Cut> exits,
      Supplier<byte[]> graph,
      int maxTokens,
      List<String> texts) {
    Hash hash =
        new Hash()
            .add(VERSION)
            .add(backbone.sha256())
            .add(Hash.of(backbone.tokenizer()))
            .add(Integer.toString(maxTokens))
            .add(Integer.toString(exits.size()));
    exits.forEach(exit -> hash.add(exit.tensor()));
    List<String> distinct = texts.stream().distinct().sorted().toList();
    distinct.forEach(hash::add);
    Path file = cache.folder().resolve("features").resolve(hash.hex() + ".f32");
    int width = exits.get(0).width();
    try {
      if (!isWhole(file, distinct.size() * MappedFeatures.exampleBytes(exits.size(), width))) {
        compute(file, backbone, exits, graph, maxTokens, distinct);
      }
      Features kept = new MappedFeatures(file, distinct.size(), exits.size(), width);
      int[] rows = texts.stream().mapToInt(t -> Collections.binarySearch(distinct, t)).toArray();
      return new Picked(kept, rows);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "features can't be kept in the cache %s; another one can be named by OFFRAMP_CACHE: %s"
              .formatted(cache.folder(), e),
          e);
    }
  }

  /**
   * Others' features, each as often and where it is wanted.
   *
   * @param all the others
   * @param rows which of them each example has
   */
  private record Picked(Features all, int[] rows) implements Features {
    @Override
    public int examples() {
      return rows.length;
    }

    @Override
    public int exits() {
      return all.exits();
    }

    @Override
    public int width() {
      return all.width();
    }

    @Override
    public void copy(int example, int exit, FloatBuffer into) {
      all.copy(rows[example], exit, into);
    }
  }

  private static boolean isWhole(Path file, long bytes) throws IOException {
    return Files.isRegularFile(file) && Files.size(file) == bytes;
  }

  private void compute(
      Path file,
      Backbone backbone,
      List<Cut> exits,
      Supplier<byte[]> graph,
      int maxTokens,
      List<String> texts)
      throws IOException {
    Files.createDirectories(file.getParent());
    Path part = Files.createTempFile(file.getParent(), "part-", ".f32");
    try {
      List<long[]> ids = Tokens.of(backbone.tokenizer(), maxTokens, texts);
      try (FeatureRun run =
          new FeatureRun(graph.get(), exits.size(), exits.get(0).width(), progress)) {
        run.write(ids, part);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
