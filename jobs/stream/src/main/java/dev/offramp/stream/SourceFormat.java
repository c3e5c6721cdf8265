package dev.offramp.stream;

/** The formats of the source's topic. */
public enum SourceFormat {
  /** Avro binary of the schema Event. */
  AVRO,
  /** A text in UTF-8. */
  TEXT;

  /** A decoder for one thread. */
  EventFormat decoder() {
    return switch (this) {
      case AVRO -> new AvroFormat();
      case TEXT -> new TextFormat();
    };
  }
}
