package dev.offramp.stream.options;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The options of one job, checked. Immutable. Printing it shows no value that came from the
 * environment or whose key looks like a secret's.
 */
public final class Options {
  /** Stands in print for a value that isn't shown. */
  public static final String MASK = "******";

  private static final Pattern SECRET =
      Pattern.compile("password|jaas|secret|token|key", Pattern.CASE_INSENSITIVE);

  private final Map<String, Object> values;
  private final Map<String, Setting> settings;
  private final Set<String> fromEnvironment;

  /**
   * For {@link OptionSet}.
   *
   * @param values typed, by key; defaults are not among them
   * @param settings all that were given, with their filled-in texts, by key
   * @param fromEnvironment keys whose text holds a variable of the environment
   */
  Options(Map<String, Object> values, Map<String, Setting> settings, Set<String> fromEnvironment) {
    this.values = Map.copyOf(values);
    this.settings = new TreeMap<>(settings);
    this.fromEnvironment = Set.copyOf(fromEnvironment);
  }

  /**
   * An option's value, or its default.
   *
   * @throws IllegalStateException if it has neither
   */
  public <T> T get(Option<T> option) {
    return find(option)
        .orElseThrow(
            () -> new IllegalStateException(option.key() + " has no value and no default"));
  }

  /** An option's value, or its default; empty if it has neither. */
  @SuppressWarnings("unchecked") // OptionSet parsed the value by the option of this key.
  public <T> Optional<T> find(Option<T> option) {
    return Optional.ofNullable((T) values.getOrDefault(option.key(), option.fallback()));
  }

  /** The texts given under a prefix such as {@code kafka.}, by the rest of their keys. */
  public Map<String, String> under(String prefix) {
    Map<String, String> texts = new TreeMap<>();
    settings.forEach(
        (key, setting) -> {
          if (key.startsWith(prefix)) {
            texts.put(key.substring(prefix.length()), setting.text());
          }
        });
    return texts;
  }

  /** Where a key was given, {@code job.yaml, line 12}; empty if it wasn't. */
  public Optional<String> place(String key) {
    return Optional.ofNullable(settings.get(key)).map(Setting::place);
  }

  /** The text given for a key, as it may be shown; empty if none was. */
  public Optional<String> shown(String key) {
    return Optional.ofNullable(settings.get(key))
        .map(setting -> hidden(key) ? MASK : setting.text());
  }

  /** What was given, fit for print, by key. */
  public Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    settings.keySet().forEach(key -> map.put(key, shown(key).orElseThrow()));
    return map;
  }

  /** Another's words with every hidden value in them masked. */
  public String redact(String words) {
    String redacted = words;
    // Longest first: a value can be part of another.
    for (String text :
        settings.values().stream()
            .filter(s -> hidden(s.key()) && !s.text().isBlank())
            .map(Setting::text)
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList()) {
      redacted = redacted.replace(text, MASK);
    }
    return redacted;
  }

  @Override
  public String toString() {
    return toMap().toString();
  }

  private boolean hidden(String key) {
    return fromEnvironment.contains(key) || looksSecret(key);
  }

  static boolean looksSecret(String key) {
    return SECRET.matcher(key.toLowerCase(Locale.ROOT)).find();
  }
}
