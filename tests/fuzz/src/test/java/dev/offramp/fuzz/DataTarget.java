package dev.offramp.fuzz;

import dev.offramp.fit.data.Cache;
import dev.offramp.fit.data.Columns;
import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.data.Datasets;
import dev.offramp.fit.data.Example;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of labelled examples. What is read has a text or a tensor each, and a known label. */
final class DataTarget implements Reader {
  private final Path file;
  private final Datasets datasets;

  DataTarget(Path file) {
    this.file = file;
    this.datasets = new Datasets(new Cache(file.resolveSibling("cache")));
  }

  @Override
  public void read(byte[] input) throws IOException {
    Files.write(file, input);
    Dataset data = datasets.load(file.toString(), Columns.DEFAULT, 0, 7);
    for (Example example : data.train()) {
      if (data.labels().get(example.label()).isBlank()
          || (example.text() == null) == (example.tensor() == null)) {
        throw new AssertionError("no example: " + example);
      }
    }
  }
}
