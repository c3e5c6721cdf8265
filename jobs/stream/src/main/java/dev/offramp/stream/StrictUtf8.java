package dev.offramp.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;

/** Decodes UTF-8 and refuses what is none, where {@code new String} would put U+FFFD. */
final class StrictUtf8 {
  private StrictUtf8() {}

  /**
   * The text of some bytes.
   *
   * @throws CharacterCodingException if they are no UTF-8
   */
  static String decode(byte[] bytes, int length) throws CharacterCodingException {
    return UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT)
        .decode(ByteBuffer.wrap(bytes, 0, length))
        .toString();
  }
}
