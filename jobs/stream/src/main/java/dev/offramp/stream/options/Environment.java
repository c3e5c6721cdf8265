package dev.offramp.stream.options;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts environment variables in the place of {@code ${NAME}}; a doubled dollar stands for one. */
final class Environment {
  private static final Pattern MARK =
      Pattern.compile("\\$\\$\\{|\\$\\{([A-Za-z_][A-Za-z0-9_]*)}|\\$\\{[^}]*}?");

  private final Map<String, String> variables;

  Environment(Map<String, String> variables) {
    this.variables = variables;
  }

  /**
   * A text with its variables filled in.
   *
   * @param text the text
   * @param secret whether a variable was in it
   */
  record Filled(String text, boolean secret) {}

  /**
   * Fills a text in.
   *
   * @throws OptionsException if a variable isn't set or a mark is none; names the setting
   */
  Filled fill(Setting setting) {
    Matcher matcher = MARK.matcher(setting.text());
    StringBuilder filled = new StringBuilder();
    boolean secret = false;
    while (matcher.find()) {
      String value = "${";
      if (matcher.group(1) != null) {
        value = variables.get(matcher.group(1));
        secret = true;
        if (value == null) {
          throw new OptionsException(
              "environment variable %s is not set, which %s needs (%s)"
                  .formatted(matcher.group(1), setting.key(), setting.place()));
        }
      } else if (!matcher.group().startsWith("$$")) {
        throw new OptionsException(
            "${ must begin the name of an environment variable, ${NAME}, in %s (%s); write $${ for the characters themselves"
                .formatted(setting.key(), setting.place()));
      }
      matcher.appendReplacement(filled, Matcher.quoteReplacement(value));
    }
    matcher.appendTail(filled);
    return new Filled(filled.toString(), secret);
  }
}
