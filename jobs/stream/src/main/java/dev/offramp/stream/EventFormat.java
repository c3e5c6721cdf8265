package dev.offramp.stream;

/** How a record's bytes become an event. One thread at a time. */
interface EventFormat {
  /**
   * The event of a record. Never throws on what the record holds, and takes memory in proportion to
   * its bytes, whatever lengths they declare.
   *
   * @param value the record's value; null: it has none
   * @param key the record's key; null: it has none
   * @param coordinates where the record lies
   */
  Decoded decode(byte[] value, byte[] key, Coordinates coordinates);

  /** Where a record lies. */
  record Coordinates(String topic, int partition, long offset) {
    @Override
    public String toString() {
      return topic + '-' + partition + '-' + offset;
    }
  }
}
