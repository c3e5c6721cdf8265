package dev.offramp.stream.options;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How an option's text becomes its value and back.
 *
 * @param <T> the value's type
 */
public final class OptionType<T> {
  private static final Pattern DURATION_TEXT = Pattern.compile("(-?\\d+) *(ms|s|min|h)");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "min", Duration.ofMinutes(1),
          "h", Duration.ofHours(1));

  /** Any text but the empty one. */
  public static final OptionType<String> TEXT =
      new OptionType<>(
          "text",
          "a text",
          text -> {
            if (text.isBlank()) {
              throw new IllegalArgumentException("blank");
            }
            return text;
          },
          text -> text);

  /** A whole number. */
  public static final OptionType<Integer> INTEGER =
      new OptionType<>("integer", "a whole number", Integer::valueOf, String::valueOf);

  /** A finite number. */
  public static final OptionType<Double> NUMBER =
      new OptionType<>(
          "number",
          "a number",
          text -> {
            double value = Double.parseDouble(text);
            if (!Double.isFinite(value)) {
              throw new IllegalArgumentException("not finite");
            }
            return value;
          },
          String::valueOf);

  /** A whole number of {@code ms}, {@code s}, {@code min} or {@code h}. */
  public static final OptionType<Duration> DURATION =
      new OptionType<>(
          "duration",
          "a duration like 50 ms, 1 s or 2 min",
          OptionType::parseDuration,
          OptionType::printDuration);

  private final String name;
  private final String expects;
  private final Function<String, T> parse;
  private final Function<T, String> print;

  private OptionType(
      String name, String expects, Function<String, T> parse, Function<T, String> print) {
    this.name = name;
    this.expects = expects;
    this.parse = parse;
    this.print = print;
  }

  /** One of an enum's constants, written in lower case with hyphens. */
  public static <E extends Enum<E>> OptionType<E> choice(Class<E> type) {
    E[] all = type.getEnumConstants();
    String words = Arrays.stream(all).map(OptionType::word).collect(Collectors.joining(", "));
    return new OptionType<>(
        words,
        "one of " + words,
        text ->
            Arrays.stream(all)
                .filter(e -> word(e).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such word")),
        OptionType::word);
  }

  /** A text of a form of its own. */
  public static OptionType<String> matching(String name, String expects, Pattern form) {
    return new OptionType<>(
        name,
        expects,
        text -> {
          if (!form.matcher(text).matches()) {
            throw new IllegalArgumentException("another form");
          }
          return text;
        },
        text -> text);
  }

  /** What the table of options calls it. */
  public String name() {
    return name;
  }

  /** What a value must be, to follow "must be". */
  String expects() {
    return expects;
  }

  /**
   * The value of a text.
   *
   * @throws IllegalArgumentException if it is none
   */
  T parse(String text) {
    try {
      return parse.apply(text);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("out of range", e);
    }
  }

  /** The text of a value; {@link #parse} gives the value back. */
  String print(T value) {
    return print.apply(value);
  }

  private static Duration parseDuration(String text) {
    Matcher matcher = DURATION_TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("no duration");
    }
    Duration unit = UNITS.get(matcher.group(2));
    Duration value = unit.multipliedBy(Long.parseLong(matcher.group(1)));
    // Whoever reads it counts in nanoseconds at the finest.
    return Duration.ofNanos(value.toNanos());
  }

  private static String printDuration(Duration value) {
    for (String unit : new String[] {"h", "min", "s"}) {
      Duration one = UNITS.get(unit);
      if (!value.isZero() && value.toMillis() % one.toMillis() == 0) {
        return value.toMillis() / one.toMillis() + " " + unit;
      }
    }
    return value.toMillis() + " ms";
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
