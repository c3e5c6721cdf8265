package dev.offramp.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.fit.Fit;
import dev.offramp.fit.learn.Goal;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.MutuallyExclusiveArgsException;

class FitCommandTest {
  private static FitCommand parsed(String... options) {
    FitCommand command = new FitCommand();
    String[] needed = {"--backbone", "minilm", "--data", "wordnet", "--output", "bundle"};
    new CommandLine(command)
        .parseArgs(Stream.of(needed, options).flatMap(Stream::of).toArray(String[]::new));
    return command;
  }

  private static FitCommand.Where where(String... options) {
    return parsed(options).where();
  }

  @Test
  void goalsAreReadInTheUnitsOfTheirOptions() {
    assertThat(parsed("--accuracy-loss", "2").recipe().goal())
        .isEqualTo(new Goal.AccuracyLoss(0.02));
    assertThat(parsed("--cost", "0.3").recipe().goal()).isEqualTo(new Goal.Cost(0.3));
  }

  @Test
  void goalThatCannotBeIsRefusedInTheUnitsOfItsOption() {
    assertThatThrownBy(() -> parsed("--accuracy-loss", "500").recipe())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--accuracy-loss must be from 0 to 100 points of accuracy: 500.0");
    assertThatThrownBy(() -> parsed("--cost", "30").recipe())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--cost must be a share of the network, from 0 to 1: 30.0");
    assertThatThrownBy(() -> parsed("--recipe", "PAPER", "--lambda=-1").recipe())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("lambda must be 0 or more: -1.0");
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
