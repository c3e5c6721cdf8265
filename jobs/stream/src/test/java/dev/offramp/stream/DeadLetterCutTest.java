package dev.offramp.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.schemas.DeadLetter;
import dev.offramp.schemas.FailureStage;
import dev.offramp.schemas.Header;
import dev.offramp.schemas.Reason;
import dev.offramp.schemas.RecordWriter;
import dev.offramp.schemas.Whole;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadLetterCutTest {
  private static final int BYTES = 8 << 10;

  private final DeadLetterCut cut = new DeadLetterCut();

  @Test
  void letterThatFitsIsLeftAsItIs() {
    DeadLetter letter = letter("e-1", 1_000, 1_000, List.of(header("trace", 100)));
    assertThat(cut.fit(letter, BYTES)).isSameAs(letter);
  }

  @Test
  void longValueIsCutAndMarkedAndTheRestRemains() {
    DeadLetter letter = letter("e-1", 1_000_000, 20, List.of(header("trace", 100)));
    DeadLetter fitting = fit(letter);

    assertThat(fitting.getValue().remaining()).isBetween(5_000, BYTES);
    assertThat(fitting.getCut().getValue())
        .isEqualTo(
            new Whole(
                1_000_000L,
                // Of a million zeros.
                "d29751f2649b32ff572b5e0a9f541ea660a50f94ff0beedfb0b692b924cc8025"));
    assertThat(fitting.getCut().getKey()).isNull();
    assertThat(fitting.getCut().getHeaders()).isNull();
    assertThat(fitting.getKey()).isEqualTo(letter.getKey());
    assertThat(fitting.getHeaders()).isEqualTo(letter.getHeaders());
    assertThat(fitting.getEventId()).isEqualTo("e-1");
  }

  @Test
  void longKeyLeavesRoomForTheValue() {
    DeadLetter fitting = fit(letter("e-1", 2_000, 1_000_000, List.of()));

    assertThat(fitting.getValue().remaining()).isEqualTo(2_000);
    assertThat(fitting.getKey().remaining()).isBetween(3_000, BYTES);
    assertThat(fitting.getCut().getKey().getBytes()).isEqualTo(1_000_000);
  }

  @Test
  void longIdIsLeftOutAndTheMessageSaysSo() {
    DeadLetter fitting = fit(letter("ä".repeat(100_000), 3, 3, List.of()));

    assertThat(fitting.getEventId()).isNull();
    assertThat(fitting.getMessage())
        .isEqualTo("no event (the event's id, 200000 bytes, is left out)");
    assertThat(fitting.getCut()).isNull();
  }

  @Test
  void headersThatFitAreKeptWhole() {
    List<Header> headers = new ArrayList<>(Collections.nCopies(50_000, header("n", 8)));
    headers.add(0, header("huge", 200_000));
    headers.add(1, header("trace", 16));
    DeadLetter fitting = fit(letter("e-1", 100_000, 3, headers));

    assertThat(fitting.getHeaders()).hasSizeBetween(20, 200).startsWith(header("trace", 16));
    assertThat(fitting.getCut().getHeaderCount()).isEqualTo(50_002);
    assertThat(fitting.getCut().getHeaders().getBytes()).isGreaterThan(200_000);
  }

  @Test
  void letterOfTheLeastSizeHoldsWhereItsRecordLies() {
    List<Header> headers = List.of(header("h".repeat(100_000), 100_000));
    DeadLetter letter = letter("i".repeat(100_000), 100_000, 100_000, headers);
    letter.setTopic("t".repeat(249));
    letter.setMessage("\u2603".repeat(100_000));
    DeadLetter fitting = fit(DeadLetterCut.withShortMessage(letter));

    assertThat(fitting.getTopic()).isEqualTo(letter.getTopic());
    assertThat(fitting.getOffset()).isEqualTo(letter.getOffset());
    assertThat(fitting.getReason()).isEqualTo(letter.getReason());
    assertThat(fitting.getValue().remaining()).isPositive();
    assertThat(fitting.getKey().remaining()).isPositive();
  }

  @Test
  void longMessageIsCutBetweenCharacters() {
    DeadLetter letter = letter("e-1", 3, 3, List.of());
    letter.setMessage("a" + "\uD83D\uDE00".repeat(5_000));
    String message = DeadLetterCut.withShortMessage(letter).getMessage();

    assertThat(message).endsWith("... (10001 characters)").doesNotContain("?");
    assertThat(message.getBytes(UTF_8)).hasSizeBetween(1_900, 2_100);
    letter.setMessage("ä".repeat(1_024));
    assertThat(DeadLetterCut.withShortMessage(letter)).isSameAs(letter);
  }

  private DeadLetter fit(DeadLetter letter) {
    DeadLetter fitting = cut.fit(letter, BYTES);
    assertThat(new RecordWriter<>(DeadLetter.class).write(fitting)).hasSizeLessThanOrEqualTo(BYTES);
    return fitting;
  }

  private static DeadLetter letter(String id, int value, int key, List<Header> headers) {
    return new DeadLetter(
        ByteBuffer.allocate(value),
        ByteBuffer.allocate(key),
        headers,
        "events",
        3,
        Long.MAX_VALUE,
        id,
        FailureStage.DECODE,
        Reason.UNDECODABLE,
        "no event",
        Instant.EPOCH,
        null);
  }

  private static Header header(String name, int bytes) {
    return new Header(name, ByteBuffer.allocate(bytes));
  }
}
