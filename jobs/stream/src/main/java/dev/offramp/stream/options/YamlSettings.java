package dev.offramp.stream.options;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Reads the settings of a YAML mapping with the line of each. Nesting and dots mean the same:
 * {@code a: {b: 1}} is {@code a.b: 1}. A list of plain values is their text with commas between, as
 * Kafka writes lists. Texts are taken as written: {@code 010} stays {@code 010}.
 */
final class YamlSettings {
  /** No options need more; a file that does would cost time and memory by the square. */
  private static final int MOST_SETTINGS = 1000;

  private static final YAMLFactory YAML = new YAMLFactory();
  private static final Pattern TAG_HANDLE = Pattern.compile("(tag handle) .*", Pattern.DOTALL);

  private final String file;
  private final YAMLParser parser;
  private final List<Setting> settings = new ArrayList<>();

  private YamlSettings(String file, YAMLParser parser) {
    this.file = file;
    this.parser = parser;
  }

  /**
   * The settings in their order, repeated ones included.
   *
   * @param file how the file is called in places
   * @throws OptionsException if it is no YAML mapping; never quotes the file, which can hold
   *     secrets
   */
  static List<Setting> read(String file, String yaml) {
    try (YAMLParser parser = YAML.createParser(yaml)) {
      YamlSettings reader = new YamlSettings(file, parser);
      reader.document();
      return reader.settings;
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new OptionsException(
          "this is not valid YAML: %s (%s, line %d)".formatted(problem(e), file, line));
    } catch (IOException e) {
      throw new OptionsException("this is not valid YAML: %s (%s)".formatted(e.getMessage(), file));
    }
  }

  private void document() throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null) {
      return;
    }
    if (first != JsonToken.START_OBJECT) {
      throw fault("the options must be a mapping, with lines of the form KEY: VALUE");
    }
    mapping("");
    if (parser.nextToken() != null) {
      throw fault("the options must be one YAML document, without --- between parts");
    }
  }

  private void mapping(String prefix) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (prefix.length() + name.length() > Setting.LONGEST_KEY) {
        throw fault("a key must have at most %d characters".formatted(Setting.LONGEST_KEY));
      }
      if (settings.size() == MOST_SETTINGS) {
        throw fault("there must be at most %d options".formatted(MOST_SETTINGS));
      }
      String key = prefix + name;
      int line = line();
      JsonToken token = parser.nextToken();
      if (token == JsonToken.START_OBJECT) {
        mapping(key + '.');
      } else {
        String text = token == JsonToken.START_ARRAY ? list(key) : scalar(key, token);
        settings.add(new Setting(key, text, "%s, line %d".formatted(file, line)));
      }
    }
  }

  private String list(String key) throws IOException {
    List<String> items = new ArrayList<>();
    for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
      if (t == JsonToken.START_OBJECT) {
        // Their names are not quoted: an unquoted password can be read as one.
        throw fault(
            "%s is a list with options in it: write them without hyphens, as in %s: {OPTION: VALUE}"
                .formatted(key, key));
      }
      if (t == JsonToken.START_ARRAY) {
        throw fault(key + " is a list of lists: it must be one value, or a list of values");
      }
      items.add(scalar(key, t));
    }
    return String.join(",", items);
  }

  private String scalar(String key, JsonToken token) throws IOException {
    if (parser.isCurrentAlias()) {
      throw fault(key + " must be written out: YAML aliases are not followed");
    }
    return token == JsonToken.VALUE_NULL ? null : parser.getText();
  }

  private OptionsException fault(String rule) {
    return new OptionsException("%s (%s, line %d)".formatted(rule, file, line()));
  }

  private int line() {
    return parser.currentTokenLocation().getLineNr();
  }

  private static String problem(JsonProcessingException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof MarkedYAMLException marked) {
        // It quotes the file in one case: what stands between exclamation marks.
        return TAG_HANDLE.matcher(marked.getProblem()).replaceFirst("$1");
      }
    }
    return "it can't be parsed";
  }
}
