package dev.offramp.stream.options;

import java.util.Optional;
import java.util.function.Predicate;

/**
 * One option, told once: the reader checks by it, the job reads by it, and the table of options is
 * made from it.
 *
 * @param <T> its value's type
 * @param key flat dotted name
 * @param type how its text becomes a value
 * @param fallback the value when it isn't given; null: none
 * @param required whether it must be given
 * @param range which values of the type are allowed
 * @param description what it does, for the table
 */
public record Option<T>(
    String key,
    OptionType<T> type,
    T fallback,
    boolean required,
    Range<T> range,
    String description) {

  /**
   * The values allowed.
   *
   * @param rule follows "must be"; null: all are
   * @param allows whether a value keeps the rule
   */
  public record Range<T>(String rule, Predicate<T> allows) {}

  /** An option that can be left out. */
  public static <T> Option<T> of(String key, OptionType<T> type, String description) {
    return new Option<>(key, type, null, false, new Range<>(null, any -> true), description);
  }

  /** The same, to be given always. */
  public Option<T> mandatory() {
    return new Option<>(key, type, null, true, range, description);
  }

  /** The same with a default. */
  public Option<T> or(T value) {
    return new Option<>(key, type, value, false, range, description);
  }

  /**
   * The same with fewer values allowed.
   *
   * @param rule follows "must be"
   */
  public Option<T> within(String rule, Predicate<T> allows) {
    return new Option<>(key, type, fallback, required, new Range<>(rule, allows), description);
  }

  /** The default as it would be written. */
  public Optional<String> printedFallback() {
    return Optional.ofNullable(fallback).map(type::print);
  }
}
