package dev.offramp.fit.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A folder with a file for each split, {@code train.csv} and so on, all of one format. */
final class DataFolder {
  private DataFolder() {}

  /**
   * The files of the splits; other files are left alone.
   *
   * @return empty if there is neither a file to train on nor one to test on
   * @throws IllegalArgumentException names two files that can't both be meant
   */
  static Map<Split, DataFile> files(Path folder) throws IOException {
    Map<Split, DataFile> files = new EnumMap<>(Split.class);
    try (Stream<Path> all = Files.list(folder)) {
      List<DataFile> known = all.sorted().flatMap(path -> DataFile.of(path).stream()).toList();
      for (DataFile file : known) {
        Split split = Split.of(file.stem());
        if (split != null) {
          DataFile other = files.put(split, file);
          if (other != null) {
            throw both(folder, other, file, "there must be one file for each split");
          }
        }
      }
    }
    DataFile first = null;
    for (DataFile file : files.values()) {
      first = first == null ? file : first;
      if (file.format() != first.format()) {
        throw both(folder, first, file, "the files of all splits must have one format");
      }
    }
    return files.containsKey(Split.TRAIN) || files.containsKey(Split.TEST) ? files : Map.of();
  }

  private static IllegalArgumentException both(
      Path folder, DataFile one, DataFile other, String rule) {
    return new IllegalArgumentException(
        "%s: %s: there are %s and %s"
            .formatted(folder, rule, one.path().getFileName(), other.path().getFileName()));
  }
}
