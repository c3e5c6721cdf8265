package dev.offramp.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.fit.Fit;
import dev.offramp.fit.learn.Goal;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.MutuallyExclusiveArgsException;

class FitCommandTest {
  private static FitCommand.Where where(String... options) {
    return command(options).where();
  }

  private static FitCommand command(String... options) {
    FitCommand command = new FitCommand();
    String[] needed = {"--backbone", "minilm", "--data", "wordnet", "--output", "bundle"};
    new CommandLine(command)
        .parseArgs(Stream.of(needed, options).flatMap(Stream::of).toArray(String[]::new));
    return command;
  }

  @Test
  void goalsAreReadInTheUnitsOfTheirOptions() {
    assertThat(command("--accuracy-loss", "2").recipe().goal())
        .isEqualTo(new Goal.AccuracyLoss(0.02));
    assertThat(command("--cost", "0.3").recipe().goal()).isEqualTo(new Goal.Cost(0.3));
  }

  @Test
  void goalThatCannotBeIsRefusedInTheUnitsOfItsOption() {
    assertThatThrownBy(() -> command("--accuracy-loss", "500").recipe())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--accuracy-loss must be from 0 to 100 points of accuracy: 500.0");
    assertThatThrownBy(() -> command("--cost", "30").recipe())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--cost must be a share of the network, from 0 to 1: 30.0");
    assertThatThrownBy(() -> command("--recipe", "PAPER", "--lambda=-1").recipe())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("lambda must be 0 or more: -1.0");
  }

  @ParameterizedTest
  @CsvSource({
    "--max-tokens,0",
    "--max-tokens,2",
    "--max-tokens,-7",
    "--limit,-1",
    "--stages,0",
    "--accuracy-loss,101",
    "--accuracy-loss,-0.1",
    "--accuracy-loss,NaN",
    "--cost,1.1",
    "--cost,NaN"
  })
  void numberThatCannotBeIsRefusedBeforeAnythingIsRead(String option, String value) {
    FitCommand command = command(option, value);

    assertThatThrownBy(command::options)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(option.substring(2, 6))
        .hasMessageContaining(": " + value);
  }

  @Test
  void lambdaThatCannotBeIsRefusedBeforeAnythingIsRead() {
    FitCommand command = command("--recipe", "PAPER", "--lambda", "-1");

    assertThatThrownBy(command::options).hasMessage("lambda must be 0 or more: -1.0");
  }

  @Test
  void tokensAreAsManyAsTheNetworkTakesUpToADefaultUnlessSaidOtherwise() {
    assertThat(command().options().maxTokens()).isZero();
    assertThat(command("--max-tokens", "64").options().maxTokens()).isEqualTo(64);
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
