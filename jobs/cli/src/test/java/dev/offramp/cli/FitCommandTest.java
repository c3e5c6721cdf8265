package dev.offramp.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.fit.Fit;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.MutuallyExclusiveArgsException;

class FitCommandTest {
  private static FitCommand.Where where(String... options) {
    FitCommand command = new FitCommand();
    String[] needed = {"--backbone", "minilm", "--data", "wordnet", "--output", "bundle"};
    new CommandLine(command)
        .parseArgs(Stream.of(needed, options).flatMap(Stream::of).toArray(String[]::new));
    return command.where();
  }

  @Test
  void exitsAreAsManyAsPayOffUnlessSaidOtherwise() {
    assertThat(where().stages()).isZero();
    assertThat(where().cuts()).isEmpty();
    assertThat(where("--stages", "3").stages()).isEqualTo(3);
    assertThat(where("--every-layer").stages()).isEqualTo(Fit.Options.EVERY_LAYER);
  }

  @Test
  void cutsCanBeGivenManyTimes() {
    assertThat(where("--cut", "a", "--cut", "b").cuts()).isEqualTo(List.of("a", "b"));
  }

  @Test
  void waysToSayWhereToCutExcludeEachOther() {
    assertThatThrownBy(() -> where("--stages", "3", "--every-layer"))
        .isInstanceOf(MutuallyExclusiveArgsException.class)
        .hasMessageContaining("--stages")
        .hasMessageContaining("--every-layer");
  }

  @Test
  void noStageAtAllIsRefused() {
    assertThatThrownBy(() -> where("--stages", "0").stages())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--stages must be at least 1: 0");
  }
}
