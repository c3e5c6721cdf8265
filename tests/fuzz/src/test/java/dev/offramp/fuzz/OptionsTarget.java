package dev.offramp.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.offramp.stream.StreamOptions;
import dev.offramp.stream.options.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The job's options: up to the first byte 0 the file, and after it the overrides, with a 0 between.
 * What a variable of the environment holds must not show in print.
 */
final class OptionsTarget implements Reader {
  private static final String SECRET = "s3cr3t-0f-th3-3nv1r0nm3nt";
  private static final Map<String, String> ENVIRONMENT = Map.of("LOGIN", SECRET);

  private final Path file;

  OptionsTarget(Path folder) {
    this.file = folder.resolve("job.yaml");
  }

  @Override
  public void read(byte[] input) throws IOException {
    int end = 0;
    while (end < input.length && input[end] != 0) {
      end++;
    }
    Files.write(file, Arrays.copyOf(input, end));
    List<String> overrides =
        end == input.length
            ? List.of()
            : List.of(new String(input, end + 1, input.length - end - 1, UTF_8).split("\0", -1));
    Options options = StreamOptions.read(file, overrides, ENVIRONMENT);
    if (options.toString().contains(SECRET)) {
      throw new AssertionError("a secret shows in " + options);
    }
  }
}
