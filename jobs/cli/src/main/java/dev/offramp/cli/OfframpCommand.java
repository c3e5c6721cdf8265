package dev.offramp.cli;

import dev.offramp.runtime.FileFailure;
import dev.offramp.stream.options.OptionsException;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code offramp}: what a person starts. Exit codes: 0, 1 (it failed), 2 (wrong use). */
@Command(
    name = "offramp",
    mixinStandardHelpOptions = true,
    version = "offramp 0.1.0-SNAPSHOT",
    description = "Early-exit neural networks inside Flink jobs, with uncertainty that holds.",
    subcommands = {
      DemoCommand.class,
      FitCommand.class,
      InspectCommand.class,
      EvaluateCommand.class,
      PlanCommand.class,
      CompareCommand.class,
      RunCommand.class,
      BenchCommand.class
    })
public final class OfframpCommand {
  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "Shows where in the code a failure came from.")
  private boolean stacktrace;

  /** Runs a command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs a command; returns its exit code. */
  public static int run(String... args) {
    OfframpCommand root = new OfframpCommand();
    return new CommandLine(root)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler((e, command, parsed) -> root.failed(e, command.getErr()))
        .execute(args);
  }

  private int failed(Exception e, PrintWriter err) {
    boolean wrongUse = e instanceof IllegalArgumentException || e instanceof OptionsException;
    err.println("offramp: " + message(e));
    if (stacktrace) {
      e.printStackTrace(err);
    } else if (!wrongUse) {
      err.println("(--stacktrace shows where in the code)");
    }
    return wrongUse ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
  }

  private static String message(Exception e) {
    if (e instanceof IOException io) {
      return FileFailure.withFile(io);
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
