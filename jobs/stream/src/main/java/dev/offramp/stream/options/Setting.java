package dev.offramp.stream.options;

/**
 * One key and its text, as somebody wrote it.
 *
 * @param key flat dotted name
 * @param text as written; null: none was
 * @param place where, {@code job.yaml, line 12} or {@code -D}
 */
record Setting(String key, String text, String place) {
  /** What names an option or a property of Kafka is far shorter. */
  static final int LONGEST_KEY = 200;

  /** The same with the text that the environment gives it. */
  Setting with(String expanded) {
    return new Setting(key, expanded, place);
  }
}
