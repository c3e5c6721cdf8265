package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadFolderTest {
  private static final Head HEAD =
      new Head(
          new float[] {1, -0f},
          new float[] {2, Float.MIN_VALUE},
          new float[] {3, 4, 5, 6, 7, 8},
          new float[] {0.1f, 0.2f, 0.3f},
          new float[] {9, 10, 11},
          new float[] {Float.MAX_VALUE});

  @TempDir private Path parent;
  private Path folder;
  private HeadFolder heads;

  @BeforeEach
  void open() {
    folder = parent.resolve("heads");
    heads = new HeadFolder(folder);
  }

  @Test
  void headComesBackToTheBitAndAnotherNameDoesNot() {
    assertThat(heads.load("exit-1-whole")).isNull();
    heads.save("exit-1-whole", HEAD);
    assertThat(new HeadFolder(folder).load("exit-1-whole"))
        .usingRecursiveComparison()
        .isEqualTo(HEAD);
    assertThat(heads.load("exit-1-fold-0")).isNull();
    assertThat(folder.toFile().list()).as("nothing is left beside").hasSize(1);
  }

  @Test
  void linearHeadComesBack() {
    float[] none = {};
    Head linear = new Head(new float[1], new float[1], none, none, new float[2], new float[2]);
    heads.save("a", linear);
    assertThat(heads.load("a")).usingRecursiveComparison().isEqualTo(linear);
  }

  @Test
  void laterHeadReplacesTheEarlier() {
    heads.save("a", new Head(HEAD.mean(), HEAD.mean(), HEAD.w1(), HEAD.b1(), HEAD.w2(), HEAD.b2()));
    heads.save("a", HEAD);
    assertThat(heads.load("a").deviation()).isEqualTo(HEAD.deviation());
  }

  @Test
  void fileIsLengthsThenLittleEndianFloatsThenTheirCheck() throws IOException {
    heads.save("a", HEAD);
    ByteBuffer file = ByteBuffer.wrap(bytes()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(file.capacity()).isEqualTo(6 * 4 + 17 * 4 + 4);
    assertThat(file.getInt(8)).as("length of w1").isEqualTo(6);
    assertThat(file.getFloat(24 + 4 * 4)).as("the first of w1").isEqualTo(3);
  }

  @Test
  void fileCutOffAnywhereCountsAsAbsent() throws IOException {
    heads.save("a", HEAD);
    byte[] whole = bytes();
    for (int length = 0; length < whole.length; length++) {
      Files.write(file(), Arrays.copyOf(whole, length));
      assertThat(heads.load("a")).as("%d bytes", length).isNull();
    }
    Files.write(file(), whole);
    assertThat(heads.load("a")).isNotNull();
  }

  @Test
  void anyByteThatIsNotWhatWasWrittenCountsAsAbsent() throws IOException {
    heads.save("a", HEAD);
    byte[] whole = bytes();
    for (int i = 0; i < whole.length; i++) {
      byte[] broken = whole.clone();
      broken[i] ^= 4;
      Files.write(file(), broken);
      assertThat(heads.load("a")).as("byte %d", i).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1, 3, 1_000, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void lengthsThatDoNotFitTheFileCountAsAbsent(int ofMean) throws IOException {
    heads.save("a", HEAD);
    ByteBuffer file = ByteBuffer.wrap(bytes()).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(0, ofMean);
    CRC32 crc = new CRC32();
    crc.update(file.array(), 0, file.capacity() - 4);
    file.putInt(file.capacity() - 4, (int) crc.getValue());
    Files.write(file(), file.array());
    assertThat(heads.load("a")).isNull();
  }

  @Test
  void folderThatCannotBeIsNamedWithTheWayOut() throws IOException {
    Files.writeString(folder, "a file");
    assertThatThrownBy(() -> heads.save("a", HEAD))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("OFFRAMP_CACHE");
    Files.delete(folder);
    Files.createDirectories(file());
    assertThatThrownBy(() -> heads.load("a"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("can't be read");
  }

  @Test
  void storeThatIgnoresWhatWasSavedStillKeeps() {
    heads.save("a", HEAD);
    HeadStore fresh = heads.ignoringSaved();
    assertThat(fresh.load("a")).isNull();
    fresh.save("b", HEAD);
    assertThat(fresh.load("b")).isNull();
    assertThat(heads.load("b")).isNotNull();
  }

  private Path file() {
    return folder.resolve("a.head");
  }

  private byte[] bytes() throws IOException {
    return Files.readAllBytes(file());
  }
}
