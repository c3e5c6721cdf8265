package dev.offramp.stream;

import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.SimpleRecord;

/**
 * How large a record for one topic can be. A record's size is that of its key and its value, before
 * compression. Immutable; any thread.
 *
 * @param always records of this size or less always fit, however badly they compress
 * @param most larger records never fit
 * @param batch the largest compressed batch that the topic takes, bytes
 * @param compression what records between {@code always} and {@code most} are compressed with, so
 *     that their compressed size decides; null: it isn't known, and they don't fit
 * @param rule which setting makes {@code always} no larger, with its value
 */
record RecordLimit(int always, int most, int batch, CompressionType compression, String rule) {
  /** More than Kafka adds to key and value: 61 bytes for the batch, up to 36 for the record. */
  static final int OVERHEAD = 128;

  /**
   * Whether Kafka's client and the topic take a record.
   *
   * @param key may be null
   */
  boolean fits(byte[] key, byte[] value) {
    long size = (long) value.length + (key == null ? 0 : key.length);
    return size <= always
        || (size <= most && compression != null && compressed(key, value) <= batch - OVERHEAD);
  }

  /**
   * The longest id of an event, bytes in UTF-8: a prediction holds it in its key and in its value.
   *
   * @param largestPrediction bytes of the largest prediction without an id
   */
  int longestId(int largestPrediction) {
    return (always - largestPrediction) / 2;
  }

  private int compressed(byte[] key, byte[] value) {
    return MemoryRecords.withRecords(
            Compression.of(compression).build(), new SimpleRecord(0, key, value))
        .sizeInBytes();
  }
}
