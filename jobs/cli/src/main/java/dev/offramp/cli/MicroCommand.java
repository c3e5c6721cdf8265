package dev.offramp.cli;

import dev.offramp.bench.micro.Micro;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code offramp bench micro}. */
@Command(
    name = "micro",
    mixinStandardHelpOptions = true,
    description =
        "Times single steps of the hot path by JMH, each in a JVM of its own: softmax and gates; with --bundle batching, gathering and serializers too.")
final class MicroCommand implements Callable<Integer> {
  @Option(
      names = "--bundle",
      description = "Folder of a bundle that reads texts. Default: steps that need none.")
  private Path bundle;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures in JMH's form.")
  private Path json;

  @Override
  public Integer call() {
    Micro.run(bundle, json);
    return 0;
  }
}
