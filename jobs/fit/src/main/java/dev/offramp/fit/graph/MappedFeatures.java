package dev.offramp.fit.graph;

import dev.offramp.fit.learn.Features;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Features in a file of little-endian floats, for each example those of each exit, mapped into
 * memory piece by piece, since one mapping ends at 2 GB.
 */
final class MappedFeatures implements Features {
  private static final long PIECE_BYTES = 1L << 30;

  private final int examples;
  private final int[] widths;

  /** Where an exit's features begin in those of an example, and where the last end. */
  private final int[] starts;

  private final int examplesInPiece;
  private final List<FloatBuffer> pieces = new ArrayList<>();

  /**
   * Maps a file.
   *
   * @param file of exactly the size that the numbers say
   * @param widths of the exits' features
   */
  MappedFeatures(Path file, int examples, int[] widths) throws IOException {
    this.examples = examples;
    this.widths = widths.clone();
    this.starts = new int[widths.length + 1];
    for (int k = 0; k < widths.length; k++) {
      starts[k + 1] = starts[k] + widths[k];
    }
    long exampleBytes = exampleBytes(widths);
    this.examplesInPiece = Math.toIntExact(PIECE_BYTES / exampleBytes);
    try (FileChannel channel = FileChannel.open(file)) {
      for (int from = 0; from < examples; from += examplesInPiece) {
        int count = Math.min(examplesInPiece, examples - from);
        pieces.add(
            channel
                .map(MapMode.READ_ONLY, from * exampleBytes, count * exampleBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer());
      }
    }
  }

  /** Bytes of one example's features in the file. */
  static long exampleBytes(int[] widths) {
    return Arrays.stream(widths).asLongStream().sum() * Float.BYTES;
  }

  @Override
  public int examples() {
    return examples;
  }

  @Override
  public int exits() {
    return widths.length;
  }

  @Override
  public int width(int exit) {
    return widths[exit];
  }

  @Override
  public void copy(int example, int exit, FloatBuffer into) {
    int from = (example % examplesInPiece) * starts[widths.length] + starts[exit];
    into.put(into.position(), pieces.get(example / examplesInPiece), from, widths[exit]);
    into.position(into.position() + widths[exit]);
  }
}
