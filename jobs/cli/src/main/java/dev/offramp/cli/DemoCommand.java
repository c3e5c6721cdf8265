package dev.offramp.cli;

import dev.offramp.fit.data.Cache;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code offramp demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "The whole way on this machine: a Kafka broker and a Flink cluster in this JVM, a pretrained",
      "encoder and WordNet's definitions from Maven Central, a bundle learned from them, and the job",
      "that tells the topic of definitions it has not seen."
    })
final class DemoCommand implements Callable<Integer> {
  @Option(names = "--events", description = "Definitions to send. Default: ${DEFAULT-VALUE}.")
  private int events = 6000;

  @Option(names = "--backbone", description = "As for fit. Default: ${DEFAULT-VALUE}.")
  private String backbone = DemoBundle.BACKBONE;

  @Option(
      names = "--examples",
      description = "Definitions to learn from. Default: ${DEFAULT-VALUE}.")
  private int examples = DemoBundle.EXAMPLES;

  @Option(names = "--fresh", description = "Learns the bundle anew, even if it is cached.")
  private boolean fresh;

  @Option(
      names = "-D",
      paramLabel = "key=value",
      description = "An option of the job, as for run: -D latency.budget=50ms.")
  private List<String> overrides = List.of();

  @Mixin private JsonFile json;

  @Override
  public Integer call() throws Exception {
    Console console = Console.standard();
    Demo demo = new Demo(Cache.of(System.getenv()), console);
    Demo.Result result = demo.run(backbone, examples, events, fresh, overrides);
    json.write(result);
    return result.sound() ? 0 : 1;
  }
}
