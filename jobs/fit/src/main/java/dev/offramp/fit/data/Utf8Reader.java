package dev.offramp.fit.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/**
 * Reads a text file, unpacked if its name ends with {@code .gz}, without its byte order mark. What
 * is no UTF-8 is refused with its place: Java's own readers put question marks there, or don't say
 * where it is. One thread.
 */
final class Utf8Reader extends Reader {
  static final String GZIP = ".gz";

  private static final int BYTES = 1 << 16;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  /**
   * Text packs to a tenth, and tables that repeat themselves to a fiftieth; a bomb to a thousandth.
   */
  private static final long MOST_UNPACKED = 100;

  private static final long HARMLESS = 8L << 20;

  private final Path file;
  private final InputStream in;
  private final long mostBytes;
  private long unpacked;
  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
  private final ByteBuffer bytes = ByteBuffer.allocate(BYTES).limit(0);
  private final CharBuffer chars = CharBuffer.allocate(BYTES).limit(0);
  private boolean begun;
  private boolean ended;
  private long line = 1;
  private long character = 1;

  private Utf8Reader(Path file, InputStream in, long mostBytes) {
    this.file = file;
    this.in = in;
    this.mostBytes = mostBytes;
  }

  /** Opens a file. */
  static Utf8Reader open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    if (!file.toString().toLowerCase(Locale.ROOT).endsWith(GZIP)) {
      return new Utf8Reader(file, in, Long.MAX_VALUE);
    }
    try {
      long most = Math.max(HARMLESS, MOST_UNPACKED * Files.size(file));
      return new Utf8Reader(file, new GZIPInputStream(in, BYTES), most);
    } catch (IOException e) {
      in.close();
      throw noGzip(file, e);
    }
  }

  /**
   * Reads characters.
   *
   * @throws IllegalArgumentException names file, line and character of what is no UTF-8; or the
   *     file unpacks to more than {@link #MOST_UNPACKED} times its size
   */
  @Override
  public int read(char[] into, int from, int count) throws IOException {
    if (!chars.hasRemaining() && !decode()) {
      return -1;
    }
    int read = Math.min(count, chars.remaining());
    chars.get(into, from, read);
    return read;
  }

  /** Decodes more; false at the end. */
  private boolean decode() throws IOException {
    chars.clear();
    while (chars.position() == 0) {
      CoderResult result = decoder.decode(bytes, chars, ended);
      count();
      if (result.isError()) {
        throw new IllegalArgumentException(
            "%s, line %d, character %d: not valid UTF-8; save the file as UTF-8"
                .formatted(file, line, character));
      }
      if (chars.position() == 0) {
        if (ended) {
          chars.flip();
          return false;
        }
        fill();
      }
    }
    chars.flip();
    if (!begun && chars.get(0) == BYTE_ORDER_MARK) {
      chars.get();
      character--;
    }
    begun = true;
    return chars.hasRemaining() || decode();
  }

  private void count() {
    for (int i = 0; i < chars.position(); i++) {
      character++;
      if (chars.get(i) == '\n') {
        line++;
        character = 1;
      }
    }
  }

  private void fill() throws IOException {
    bytes.compact();
    try {
      int read = in.read(bytes.array(), bytes.position(), bytes.remaining());
      ended = read < 0;
      unpacked += read;
      if (unpacked > mostBytes) {
        throw new IllegalArgumentException(
            "%s: unpacks to more than %d times its size, as files do that are made to fill a memory; unpack it yourself if it is none"
                .formatted(file, MOST_UNPACKED));
      }
      bytes.position(bytes.position() + Math.max(0, read));
    } catch (IOException e) {
      if (in instanceof GZIPInputStream) {
        throw noGzip(file, e);
      }
      throw e;
    }
    bytes.flip();
  }

  private static IllegalArgumentException noGzip(Path file, IOException e) {
    return new IllegalArgumentException(
        "%s: not a whole gzip file: %s".formatted(file, e.getMessage()), e);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
