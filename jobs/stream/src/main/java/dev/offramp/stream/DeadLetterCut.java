package dev.offramp.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.offramp.schemas.Cut;
import dev.offramp.schemas.DeadLetter;
import dev.offramp.schemas.Header;
import dev.offramp.schemas.RecordWriter;
import dev.offramp.schemas.Whole;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Cuts dead letters to a number of bytes and marks what was cut with its full size and SHA-256.
 * Where a record lies, why it failed and when always remain. The event's id remains whole or is
 * left out. Headers have at least an eighth of the room if they need it, the key at least half of
 * it; what they don't need is the value's, and the other way round. One thread.
 */
final class DeadLetterCut {
  private static final int MESSAGE_BYTES = 2048;
  private static final int ID_SHARE = 4;
  private static final int HEADERS_SHARE = 8;
  private static final int KEY_SHARE = 2;

  /** The lengths before value, key, id and headers are longer than those of empty ones. */
  private static final int LENGTHS = 32;

  /** Marks of the greatest size. */
  private static final Cut ALL_CUT = allCut();

  private final RecordWriter<DeadLetter> letters = new RecordWriter<>(DeadLetter.class);
  private final RecordWriter<Header> headers = new RecordWriter<>(Header.class);

  /** What a letter holds of its record, bytes, about. */
  static long contentBytes(DeadLetter letter) {
    long bytes = size(letter.getValue()) + size(letter.getKey());
    for (Header header : letter.getHeaders()) {
      bytes += header.getKey().length() + size(header.getValue());
    }
    return bytes;
  }

  /** The letter with at most 2 KiB of its message, which can quote what the record holds. */
  static DeadLetter withShortMessage(DeadLetter letter) {
    String message = letter.getMessage();
    if (message.length() <= MESSAGE_BYTES / 3) {
      return letter; // No char takes more than three bytes.
    }
    String end = "... (%d characters)".formatted(message.length());
    int bytes = message.getBytes(UTF_8).length;
    int length = message.length();
    while (bytes > MESSAGE_BYTES) {
      length = Math.min(length - 1, length - (bytes - MESSAGE_BYTES) / 3);
      bytes = message.substring(0, length).getBytes(UTF_8).length;
    }
    if (length == message.length()) {
      return letter;
    }
    if (Character.isHighSurrogate(message.charAt(length - 1))) {
      length--;
    }
    return with(
        letter,
        letter.getEventId(),
        message.substring(0, length) + end,
        letter.getValue(),
        letter.getKey(),
        letter.getHeaders(),
        letter.getCut());
  }

  /**
   * The letter in at most so many bytes of Avro binary: the same one if it fits.
   *
   * @param bytes at least 7 KiB
   */
  DeadLetter fit(DeadLetter letter, int bytes) {
    long headerBytes = headerBytes(letter.getHeaders());
    String id = letter.getEventId();
    int idBytes = id == null ? 0 : id.getBytes(UTF_8).length;
    long content = size(letter.getValue()) + size(letter.getKey()) + headerBytes;
    if (content + idBytes + fixedBytes(letter, letter.getMessage()) <= bytes) {
      return letter;
    }
    String message = letter.getMessage();
    long room = (long) bytes - fixedBytes(letter, message);
    if (idBytes > room / ID_SHARE) {
      message += " (the event's id, %d bytes, is left out)".formatted(idBytes);
      id = null;
      room = (long) bytes - fixedBytes(letter, message);
    } else {
      room -= idBytes;
    }
    long forHeaders = Math.min(headerBytes, room / HEADERS_SHARE);
    long forKey =
        Math.min(
            size(letter.getKey()),
            Math.max(room / KEY_SHARE, room - forHeaders - size(letter.getValue())));
    long forValue = Math.min(size(letter.getValue()), room - forHeaders - forKey);
    return cut(letter, id, message, forValue, forKey, room - forKey - forValue);
  }

  private DeadLetter cut(
      DeadLetter letter, String id, String message, long value, long key, long headersRoom) {
    MessageDigest digest = sha256();
    List<Header> kept = new ArrayList<>();
    long all = 0;
    long left = headersRoom;
    for (Header header : letter.getHeaders()) {
      byte[] encoded = headers.write(header);
      all += encoded.length;
      digest.update(encoded);
      if (encoded.length <= left) {
        left -= encoded.length;
        kept.add(header);
      }
    }
    boolean less = kept.size() < letter.getHeaders().size();
    Whole headersMark = less ? whole(all, digest) : null;
    Cut marks =
        new Cut(
            mark(letter.getValue(), value),
            mark(letter.getKey(), key),
            headersMark,
            less ? letter.getHeaders().size() : null);
    boolean any = marks.getValue() != null || marks.getKey() != null || less;
    return with(
        letter,
        id,
        message,
        first(letter.getValue(), value),
        first(letter.getKey(), key),
        kept,
        any ? marks : null);
  }

  private static Whole mark(ByteBuffer bytes, long kept) {
    if (size(bytes) <= kept) {
      return null;
    }
    MessageDigest digest = sha256();
    digest.update(bytes.duplicate());
    return whole(size(bytes), digest);
  }

  private static Whole whole(long bytes, MessageDigest digest) {
    return new Whole(bytes, HexFormat.of().formatHex(digest.digest()));
  }

  private static ByteBuffer first(ByteBuffer bytes, long count) {
    return size(bytes) <= count ? bytes : bytes.slice(bytes.position(), (int) count);
  }

  /** An upper bound of the letter's size without its content and its id. */
  private int fixedBytes(DeadLetter letter, String message) {
    return letters.write(with(letter, "", message, null, null, List.of(), ALL_CUT)).length
        + LENGTHS;
  }

  private long headerBytes(List<Header> all) {
    long bytes = 0;
    for (Header header : all) {
      bytes += headers.write(header).length;
    }
    return bytes;
  }

  private static DeadLetter with(
      DeadLetter letter,
      String id,
      String message,
      ByteBuffer value,
      ByteBuffer key,
      List<Header> headers,
      Cut cut) {
    return new DeadLetter(
        value,
        key,
        headers,
        letter.getTopic(),
        letter.getPartition(),
        letter.getOffset(),
        id,
        letter.getStage(),
        letter.getReason(),
        message,
        letter.getFailedAt(),
        cut);
  }

  private static long size(ByteBuffer bytes) {
    return bytes == null ? 0 : bytes.remaining();
  }

  private static Cut allCut() {
    Whole largest = new Whole(Long.MAX_VALUE, "0".repeat(64));
    return new Cut(largest, largest, largest, Integer.MAX_VALUE);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
