package dev.offramp.stream;

import dev.offramp.stream.options.OptionsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The job's command line.
 *
 * @param config the options' file; null: none was named
 * @param overrides {@code key=value} each, in their order
 * @param help whether help was asked for
 */
record Arguments(Path config, List<String> overrides, boolean help) {
  static final String USAGE = "usage: [--config FILE] [-D key=value]... | --help";

  /**
   * Reads a command line.
   *
   * @throws OptionsException says what is wrong and how it is used
   */
  static Arguments of(String... args) {
    Path config = null;
    List<String> overrides = new ArrayList<>();
    for (int i = 0; i < args.length; i++) {
      String arg = args[i];
      if (arg.equals("--help") || arg.equals("-h")) {
        return new Arguments(null, List.of(), true);
      } else if (arg.equals("--config")) {
        config = Path.of(after(args, ++i));
      } else if (arg.startsWith("--config=")) {
        config = Path.of(arg.substring("--config=".length()));
      } else if (arg.equals("-D")) {
        overrides.add(after(args, ++i));
      } else if (arg.startsWith("-D")) {
        overrides.add(arg.substring(2));
      } else {
        String name = arg.substring(0, arg.indexOf('=') < 0 ? arg.length() : arg.indexOf('='));
        throw new OptionsException("unknown argument %s; %s".formatted(name, USAGE));
      }
    }
    if (config == null && overrides.isEmpty()) {
      throw new OptionsException("the job needs its options; " + USAGE);
    }
    return new Arguments(config, List.copyOf(overrides), false);
  }

  private static String after(String[] args, int index) {
    if (index == args.length) {
      throw new OptionsException("%s needs a value; %s".formatted(args[index - 1], USAGE));
    }
    return args[index];
  }
}
