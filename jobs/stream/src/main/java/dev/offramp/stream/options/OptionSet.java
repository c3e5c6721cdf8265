package dev.offramp.stream.options;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The options that a job knows, and how what a person wrote is read by them. Every fault of one
 * reading is told, not the first alone.
 */
public final class OptionSet {
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9._-]+");

  /** Characters of a wrong text that a fault shows. */
  private static final int SHOWN = 100;

  private final Map<String, Option<?>> known = new LinkedHashMap<>();
  private final String passThrough;
  private final Function<String, Optional<String>> meant;
  private final Function<Options, List<String>> rules;

  /** A set whose keys under the prefix are all passed through. */
  public OptionSet(
      List<Option<?>> options, String passThrough, Function<Options, List<String>> rules) {
    this(options, passThrough, key -> Optional.empty(), rules);
  }

  /**
   * A set.
   *
   * @param options in the order of the table
   * @param passThrough prefix of keys that are not ours to know
   * @param meant the key that one under the prefix, given without it, is a misspelling of; empty:
   *     it is passed through
   * @param rules faults between options that are right one by one
   */
  public OptionSet(
      List<Option<?>> options,
      String passThrough,
      Function<String, Optional<String>> meant,
      Function<Options, List<String>> rules) {
    options.forEach(option -> known.put(option.key(), option));
    this.passThrough = passThrough;
    this.meant = meant;
    this.rules = rules;
  }

  /** The options, in the order of the table. */
  public List<Option<?>> options() {
    return List.copyOf(known.values());
  }

  /**
   * Reads options.
   *
   * @param file how the YAML is called in errors
   * @param yaml a mapping, nested or dotted
   * @param overrides {@code key=value} each; they win over the file, later ones over earlier ones
   * @param environment what {@code ${NAME}} stands for
   * @throws OptionsException tells every fault
   */
  public Options read(
      String file, String yaml, List<String> overrides, Map<String, String> environment) {
    List<String> faults = new ArrayList<>();
    Map<String, Setting> given = new LinkedHashMap<>();
    for (Setting setting : YamlSettings.read(file, yaml)) {
      Setting before = given.putIfAbsent(setting.key(), setting);
      if (before != null) {
        faults.add(
            "%s is given twice (%s; %s)".formatted(setting.key(), before.place(), setting.place()));
      }
    }
    for (String override : overrides) {
      int equals = override.indexOf('=');
      if (equals < 1) {
        // Not quoted: it can be a secret that lost its key.
        faults.add("-D takes key=value, and one of them has no key or no =");
      } else if (equals > Setting.LONGEST_KEY) {
        faults.add("a key must have at most %d characters (-D)".formatted(Setting.LONGEST_KEY));
      } else {
        String key = override.substring(0, equals).strip();
        given.put(key, new Setting(key, override.substring(equals + 1).strip(), "-D"));
      }
    }
    return check(given, new Environment(environment), faults);
  }

  private Options check(Map<String, Setting> given, Environment environment, List<String> faults) {
    Map<String, Setting> filled = new LinkedHashMap<>();
    Map<String, Object> values = new HashMap<>();
    Set<String> fromEnvironment = new HashSet<>();
    for (Setting setting : given.values()) {
      try {
        checkKey(setting);
        Option<?> option = option(setting);
        if (setting.text() == null || setting.text().isEmpty()) {
          throw new OptionsException(
              "%s has no value (%s)".formatted(setting.key(), setting.place()));
        }
        Environment.Filled text = environment.fill(setting);
        if (text.secret()) {
          fromEnvironment.add(setting.key());
        }
        filled.put(setting.key(), setting.with(text.text()));
        if (option != null) {
          boolean hidden = text.secret() || Options.looksSecret(setting.key());
          values.put(setting.key(), value(option, setting.with(text.text()), hidden));
        }
      } catch (OptionsException e) {
        faults.addAll(e.faults());
      }
    }
    for (Option<?> option : known.values()) {
      if (option.required() && !given.containsKey(option.key())) {
        faults.add("%s must be given: %s".formatted(option.key(), option.description()));
      }
    }
    Options options = new Options(values, filled, fromEnvironment);
    if (faults.isEmpty()) {
      faults.addAll(rules.apply(options));
    }
    if (!faults.isEmpty()) {
      throw new OptionsException(faults);
    }
    return options;
  }

  /**
   * Refuses what no option is called, without quoting it: of a value that lacks its quotes, YAML
   * takes what stands behind a comma for a key, and that can be the end of a password.
   */
  private void checkKey(Setting setting) {
    if (!KEY.matcher(setting.key()).matches()) {
      throw new OptionsException(
          "the name of an option consists of letters, digits, '.', '_' and '-' (%s): put a value with other characters in quotes"
              .formatted(setting.place()));
    }
    boolean empty = setting.text() == null || setting.text().isEmpty();
    if (empty && setting.key().startsWith(passThrough) && !known.containsKey(setting.key())) {
      throw new OptionsException(
          "an option under %s has no value (%s): put a value with a comma in quotes"
              .formatted(passThrough, setting.place()));
    }
  }

  /** The option of a setting; null: it is passed through. */
  private Option<?> option(Setting setting) {
    String key = setting.key();
    Option<?> option = known.get(key);
    if (option != null) {
      return option;
    }
    if (key.startsWith(passThrough) && key.length() > passThrough.length()) {
      Optional<String> known = meant.apply(key.substring(passThrough.length()));
      if (known.isPresent()) {
        throw unknown(setting, known.map(passThrough::concat));
      }
      return null;
    }
    List<String> inside = known.keySet().stream().filter(k -> k.startsWith(key + '.')).toList();
    if (!inside.isEmpty()) {
      throw new OptionsException(
          "%s is not an option but a group of options (%s): %s"
              .formatted(key, setting.place(), String.join(", ", inside)));
    }
    throw unknown(setting, Nearest.to(key, known.keySet()));
  }

  private static OptionsException unknown(Setting setting, Optional<String> nearest) {
    return new OptionsException(
        "unknown option %s (%s)%s"
            .formatted(
                setting.key(),
                setting.place(),
                nearest.map(": did you mean %s?"::formatted).orElse("")));
  }

  private static <T> T value(Option<T> option, Setting setting, boolean hidden) {
    String shown = hidden ? Options.MASK : setting.text();
    T value;
    try {
      value = option.type().parse(setting.text().strip());
    } catch (IllegalArgumentException e) {
      throw wrong(setting, option.type().expects(), shown);
    }
    if (!option.range().allows().test(value)) {
      throw wrong(setting, option.range().rule(), shown);
    }
    return value;
  }

  private static OptionsException wrong(Setting setting, String rule, String shown) {
    return new OptionsException(
        "%s must be %s: %s (%s)".formatted(setting.key(), rule, shortened(shown), setting.place()));
  }

  private static String shortened(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }

  /** The table of options in Markdown, one row each. */
  public String markdown() {
    StringBuilder table = new StringBuilder("| Option | Type | Default | Meaning |\n");
    table.append("| --- | --- | --- | --- |\n");
    for (Option<?> option : known.values()) {
      String type = option.type().name();
      String rule = option.range().rule();
      table.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(
                  option.key(),
                  rule == null ? type : type + ", " + rule,
                  option.required()
                      ? "required"
                      : option.printedFallback().map("`%s`"::formatted).orElse(""),
                  option.description().replace("|", "\\|")));
    }
    return table.toString();
  }
}
