package dev.offramp.fit.graph;

import dev.offramp.fit.data.Backbone;
import dev.offramp.fit.data.Cache;
import dev.offramp.fit.data.Example;
import dev.offramp.fit.data.Hash;
import dev.offramp.fit.learn.Features;
import dev.offramp.fit.work.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Features of examples at every exit, computed once and kept in the cache under a hash of all that
 * they depend on. Kept are those of the distinct examples in the order of their keys, so that
 * another order, as another seed's splits give it, and examples that come twice find the same file.
 * One thread; the features that it gives, any.
 */
public final class FeatureStore {
  /** Goes up when the same inputs would give other features. */
  public static final String VERSION = "features 2";

  private final Cache cache;
  private final Progress progress;

  /** Features kept in this cache. */
  public FeatureStore(Cache cache, Progress progress) {
    this.cache = cache;
    this.progress = progress;
  }

  /**
   * Features of examples, in their order.
   *
   * @param exits of the backbone
   * @param graph gives {@link Stages#features} of these exits; asked only if the features aren't
   *     there yet
   * @param rules of texts
   * @param examples texts if the backbone has a tokenizer, else tensors of the shape that it reads
   * @throws IllegalStateException if they can't be computed or kept
   */
  public Features of(
      Backbone backbone,
      List<Cut> exits,
      Supplier<byte[]> graph,
      TextRules rules,
      List<Example> examples) {
    Hash hash =
        new Hash()
            .add(VERSION)
            .add(backbone.sha256())
            .add(backbone.tokenizer() == null ? "" : Hash.of(backbone.tokenizer()))
            .add(Integer.toString(rules.maxTokens()))
            .add(Integer.toString(exits.size()));
    rules.addTo(hash);
    exits.forEach(exit -> hash.add(exit.tensor()));
    TreeMap<String, Example> distinct = new TreeMap<>();
    String[] keys = new String[examples.size()];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = key(examples.get(i));
      distinct.put(keys[i], examples.get(i));
    }
    distinct.keySet().forEach(hash::add);
    Path file = cache.folder().resolve("features").resolve(hash.hex() + ".f32");
    int[] widths = exits.stream().mapToInt(Cut::width).toArray();
    try {
      if (!isWhole(file, distinct.size() * MappedFeatures.exampleBytes(widths))) {
        compute(file, backbone, widths, graph, rules, List.copyOf(distinct.values()));
      }
      Features kept = new MappedFeatures(file, distinct.size(), widths);
      List<String> sorted = List.copyOf(distinct.keySet());
      int[] rows = Arrays.stream(keys).mapToInt(k -> Collections.binarySearch(sorted, k)).toArray();
      return kept.picked(rows);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "features can't be kept in the cache %s; another one can be named by OFFRAMP_CACHE: %s"
              .formatted(cache.folder(), e),
          e);
    }
  }

  /** A text, or the hash of a tensor. */
  private static String key(Example example) {
    return example.text() != null ? example.text() : new Hash().add(example).hex();
  }

  private static boolean isWhole(Path file, long bytes) throws IOException {
    return Files.isRegularFile(file) && Files.size(file) == bytes;
  }

  private void compute(
      Path file,
      Backbone backbone,
      int[] widths,
      Supplier<byte[]> graph,
      TextRules rules,
      List<Example> examples)
      throws IOException {
    Files.createDirectories(file.getParent());
    Path part = Files.createTempFile(file.getParent(), "part-", ".f32");
    try {
      NetworkExamples ready = NetworkExamples.of(backbone, rules, examples);
      try (FeatureRun run = new FeatureRun(graph.get(), widths, progress)) {
        run.write(ready, part);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
