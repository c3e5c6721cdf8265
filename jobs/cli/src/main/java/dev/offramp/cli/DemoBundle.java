package dev.offramp.cli;

import dev.offramp.fit.Fit;
import dev.offramp.fit.data.Cache;
import dev.offramp.fit.data.Columns;
import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.data.Datasets;
import dev.offramp.fit.learn.Recipe;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.BundleException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** A bundle that any machine can learn: from WordNet's definitions, once. */
final class DemoBundle {
  static final String BACKBONE = "minilm";
  static final int EXAMPLES = 12000;
  static final long SEED = 1;
  private static final String DATA = "wordnet";

  private final Cache cache;
  private final Console console;

  DemoBundle(Cache cache, Console console) {
    this.cache = cache;
    this.console = console;
  }

  /** Where it is kept. */
  Path folder(String backbone, int examples) {
    return cache.folder().resolve("demo").resolve("%s-%d".formatted(backbone, examples));
  }

  /**
   * The bundle, learned if it isn't there.
   *
   * @param fresh learns it anew even if it is
   */
  Bundle open(String backbone, int examples, boolean fresh) {
    Path folder = folder(backbone, examples);
    if (!fresh && Files.exists(folder)) {
      try {
        Bundle cached = Bundle.open(folder);
        console.line("Bundle %s, learned before: %s", cached.manifest().id(), folder);
        return cached;
      } catch (BundleException e) {
        console.line("The cached bundle can't be used, so it is learned anew: %s", e.getMessage());
      }
    }
    console.line(
        "Learning a bundle: %s, %d definitions of WordNet (once; a minute or two)",
        backbone, examples);
    Fit.Options options =
        new Fit.Options(
            backbone,
            DATA,
            Columns.DEFAULT,
            examples,
            0,
            List.of(),
            0,
            Recipe.standard().withSeed(SEED));
    Fit fit = new Fit(cache, console, InstantSource.system());
    Fit.Result result = (fresh ? fit.fresh() : fit).run(options, folder);
    console.line(
        "Bundle %s: %d exits, stages equal the backbone within %.1e",
        result.manifest().id(), result.manifest().exits(), result.reproduction());
    return Bundle.open(folder);
  }

  /** All definitions; the bundle never saw those for testing. */
  Dataset definitions() {
    return new Datasets(cache).load(DATA, 0, SEED);
  }
}
