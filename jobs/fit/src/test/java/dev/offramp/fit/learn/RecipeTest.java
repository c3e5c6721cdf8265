package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class RecipeTest {
  private final Recipe standard = Recipe.standard();

  @Test
  void defaultsAreThoseThatWereMeasured() {
    assertThat(standard)
        .isEqualTo(
            new Recipe(
                new Recipe.Heads(256, 0.4, 0.002, 0.2, 128, 12, 3, 3),
                new Recipe.Stacking(0.02, 400, 128),
                new Recipe.Gates(18, 0.0005, 2, 0.05, 300, 2048, 0.01),
                new Recipe.Foresight(64, 0.01, 0.001, 200, 512, 3),
                GateKind.BEST,
                new Goal.AccuracyLoss(0.005),
                List.of(0.8, 0.9, 0.95, 0.99),
                1,
                null));
    assertThat(standard.hidden()).isEqualTo(256);
  }

  @Test
  void paperIsTheReferenceForOneLambda() {
    Recipe paper = Recipe.paper(0.3);
    assertThat(paper.joint())
        .isEqualTo(new Recipe.Joint(0.3, 20, 2, 15, 20, 128, 0.05, 0.01, 0.1, 5e-4));
    assertThat(paper.hidden()).as("linear heads").isZero();
    assertThat(
            paper
                .withSeed(4)
                .with(GateKind.JEI)
                .with(new Goal.AccuracyLoss(0))
                .with(paper.heads())
                .joint())
        .isEqualTo(paper.joint());
  }

  @Test
  void fewExamplesGetWiderHeads() {
    assertThat(standard.sized(10_001)).isEqualTo(standard);
    assertThat(standard.sized(10_000).heads())
        .isEqualTo(new Recipe.Heads(512, 0.5, 0.002, 0.2, 128, 12, 3, 3));
    Recipe own = standard.with(new Recipe.Heads(64, 0.1, 0.002, 0.2, 128, 12, 3, 3));
    assertThat(own.sized(100)).as("what was chosen stays").isEqualTo(own);
  }

  @Test
  void lambdasAreEvenInTheLogarithm() {
    Recipe.Gates gates = standard.gates();
    assertThat(gates.lambda(0)).isCloseTo(5e-4, within(1e-12));
    assertThat(gates.lambda(17)).isCloseTo(2, within(1e-9));
    assertThat(gates.lambda(9) / gates.lambda(8))
        .isCloseTo(gates.lambda(1) / gates.lambda(0), within(1e-9));
  }

  @Test
  void narrowInputsLoseFewerColumns() {
    Recipe.Heads heads = standard.heads();
    assertThat(heads.dropout(768)).isEqualTo(0.4);
    assertThat(heads.dropout(2048)).isEqualTo(0.4);
    assertThat(heads.dropout(384)).isEqualTo(0.2);
    assertThat(heads.dropout(20)).isEqualTo(0.1);
  }

  @Test
  void changesLeaveTheRest() {
    assertThat(standard.withSeed(9).with(GateKind.JEI).with(new Goal.Cost(0.3)))
        .isEqualTo(
            new Recipe(
                standard.heads(),
                standard.stacking(),
                standard.gates(),
                standard.foresight(),
                GateKind.JEI,
                new Goal.Cost(0.3),
                standard.levels(),
                9,
                null));
  }

  @Test
  void valuesOutOfRangeAreRefusedByName() {
    assertThatThrownBy(() -> new Recipe.Heads(0, 0.4, 0.1, 0, 1, 1, 2, 1))
        .hasMessageContaining("hidden");
    assertThatThrownBy(() -> new Recipe.Heads(1, 1, 0.1, 0, 1, 1, 2, 1))
        .hasMessageContaining("dropout");
    assertThatThrownBy(() -> new Recipe.Heads(1, 0, 0.1, 0, 1, 1, 1, 1))
        .hasMessageContaining("folds");
    assertThatThrownBy(() -> new Recipe.Heads(1, 0, 0.1, 0, 1, 1, 2, 0))
        .hasMessageContaining("patience");
    assertThatThrownBy(() -> new Recipe.Gates(2, 0, 1, 0.1, 1, 1, 0))
        .hasMessageContaining("lambdas");
    assertThatThrownBy(() -> new Goal.AccuracyLoss(2)).hasMessageContaining("loss of accuracy");
    assertThatThrownBy(() -> new Goal.Cost(Double.NaN)).hasMessageContaining("cost");
    assertThatThrownBy(() -> Recipe.paper(-0.1)).hasMessageContaining("lambda");
    assertThatThrownBy(() -> Recipe.paper(Double.NaN)).hasMessageContaining("lambda");
    assertThatThrownBy(() -> new Recipe.Joint(1, 1, 1, 1, 0, 1, 1, 1, 1, 0))
        .hasMessageContaining("alternate");
    assertThatThrownBy(
            () ->
                new Recipe(
                    standard.heads(),
                    standard.stacking(),
                    standard.gates(),
                    standard.foresight(),
                    GateKind.BEST,
                    new Goal.AccuracyLoss(0),
                    List.of(0.9, 0.8),
                    1,
                    null))
        .hasMessageContaining("[0.9, 0.8]");
  }
}
