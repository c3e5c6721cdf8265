package dev.offramp.fit.graph;

import dev.offramp.fit.learn.Features;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Features in a file of little-endian floats [examples, exits, width], mapped into memory piece by
 * piece, since one mapping ends at 2 GB.
 */
final class MappedFeatures implements Features {
  private static final long PIECE_BYTES = 1L << 30;

  private final int examples;
  private final int exits;
  private final int width;
  private final int examplesInPiece;
  private final List<FloatBuffer> pieces = new ArrayList<>();

  /**
   * Maps a file.
   *
   * @param file of exactly the size that the numbers say
   */
  MappedFeatures(Path file, int examples, int exits, int width) throws IOException {
    this.examples = examples;
    this.exits = exits;
    this.width = width;
    long exampleBytes = exampleBytes(exits, width);
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
  static long exampleBytes(int exits, int width) {
    return (long) exits * width * Float.BYTES;
  }

  @Override
  public int examples() {
    return examples;
  }

  @Override
  public int exits() {
    return exits;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public void copy(int example, int exit, FloatBuffer into) {
    int from = ((example % examplesInPiece) * exits + exit) * width;
    into.put(into.position(), pieces.get(example / examplesInPiece), from, width);
    into.position(into.position() + width);
  }
}
