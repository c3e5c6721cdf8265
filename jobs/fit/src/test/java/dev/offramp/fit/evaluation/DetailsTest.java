package dev.offramp.fit.evaluation;

import static dev.offramp.fit.evaluation.MadeUpEvaluation.logits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offramp.fit.learn.GateKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class DetailsTest {
  private static final float[][] NONE = {};

  private final float[][] logits = {
    logits(0, 0.9, 0.9, 0.9), // leaves at 0, right
    logits(1, 0.85, 0.1, 0.1), // leaves at 0, wrong; the last exit gives 0 and 2 .45 each
    logits(2, 0.5, 0.6, 0.7), // leaves at 2, right
    logits(2, 0.5, 0.6, 0.5) // leaves at 2, wrong
  };
  private final int[] labels = {0, 0, 2, 1};
  private final Evaluation evaluation = MadeUpEvaluation.of(logits, labels, NONE);
  private final Details details = evaluation.details();

  @Test
  void setsOfACaseCountedByHand() {
    // Thresholds .35, .6 and none: labels of .65, of .4 and of any probability are in.
    List<SetFigures> taken = details.exitTaken().sets();
    assertThat(taken).extracting(SetFigures::level).containsExactly(0.8, 0.9, 0.95);
    assertThat(taken).extracting(SetFigures::coverage).containsExactly(0.5, 0.5, 1.0);
    assertThat(taken).extracting(SetFigures::meanSetSize).containsExactly(0.75, 1.0, 3.0);
    assertThat(taken).extracting(SetFigures::singles).containsExactly(0.75, 1.0, 0.0);
    assertThat(details.fullDepth().sets())
        .extracting(SetFigures::coverage)
        .containsExactly(0.5, 0.75, 1.0);
    assertThat(details.fullDepth().sets())
        .extracting(SetFigures::meanSetSize)
        .containsExactly(0.5, 1.25, 3.0);
    assertThat(details.setSizes().get(1))
        .isEqualTo(new SetComparison(0.9, 0.5, 1.0, 0.75, 1.25, 0.5));
  }

  @Test
  void exitsOfACaseCountedByHand() {
    assertThat(details.exitsTaken()).extracting(ExitUncertainty::index).containsExactly(0, 1, 2);
    ExitUncertainty first = details.exitsTaken().get(0);
    assertThat(first.share()).isEqualTo(0.5);
    assertThat(first.cost()).isEqualTo(0.25);
    assertThat(first.calibratedOn()).isEqualTo(100);
    assertThat(first.figures().examples()).isEqualTo(2);
    assertThat(first.figures().accuracy()).isEqualTo(0.5);
    assertThat(first.figures().meanConfidence()).isCloseTo(0.875, within(1e-6));
    assertThat(first.figures().ece()).isCloseTo(0.375, within(1e-6));
    assertThat(first.figures().eceByChance())
        .isCloseTo(Math.sqrt(2 * 0.875 * 0.125 / (Math.PI * 2)), within(1e-6));
    assertThat(first.figures().bins()).hasSize(1);
    UncertaintyFigures nobody = details.exitsTaken().get(1).figures();
    assertThat(nobody.examples()).isZero();
    assertThat(nobody.accuracy()).isNull();
    assertThat(nobody.sets()).isEmpty();
  }

  @Test
  void overallFiguresAreThoseOfThePointInShort() {
    assertThat(details.exitTaken().accuracy()).isEqualTo(evaluation.figures().accuracy());
    assertThat(details.exitTaken().ece()).isEqualTo(evaluation.figures().ece());
    assertThat(details.fullDepth().accuracy()).isEqualTo(evaluation.figures().fullDepthAccuracy());
    assertThat(details.risk().errorAtAll()).isEqualTo(1 - evaluation.figures().accuracy());
    assertThat(details.baselines()).containsOnlyKeys(GateKind.BASELINES);
  }

  @Test
  void hardestAndEasiestAreToldWithTheirSets() {
    assertThat(details.hardest()).extracting(Case::example).containsExactly(1, 3, 2, 0);
    Case worst = details.hardest().get(0);
    assertThat(worst.truth()).isEqualTo("a");
    assertThat(worst.answer()).isEqualTo("b");
    assertThat(worst.probability()).isCloseTo(0.85, within(1e-6));
    assertThat(worst.truthProbability()).isCloseTo(0.075, within(1e-6));
    assertThat(worst.set()).containsExactly("b");
    assertThat(details.easiest()).extracting(Case::example).containsExactly(0, 2);
    assertThat(details.easiest()).extracting(Case::exit).containsExactly(0, 2);
  }

  @Test
  void strangersAreComparedAtTheExitTakenAndAtFullDepth() {
    float[][] outside = {logits(0, 0.99, 0.4, 0.4), logits(1, 0.4, 0.4, 0.4)};
    Details d = MadeUpEvaluation.of(logits, labels, outside).details();
    Strangers s = d.outOfScope();
    assertThat(s.exitShares()).containsExactly(0.5, 0.0, 0.5);
    assertThat(s.meanCost()).isEqualTo((0.25 + 1) / 2);
    assertThat(s.exitTaken().auroc()).isEqualTo(0.5);
    assertThat(s.fullDepth().auroc()).isEqualTo(1);
    assertThat(d.surestOutOfScope()).extracting(Case::example).containsExactly(0, 1);
    assertThat(d.surestOutOfScope().get(0).truth()).isNull();
    assertThat(d.entropy().outOfScope()).hasSize(2);
    assertThat(details.outOfScope()).isNull();
  }

  @Test
  void jsonKeepsTheOldNamesAndHasTheDetailsBeside() {
    JsonNode json = new ObjectMapper().valueToTree(evaluation);
    assertThat(json.fieldNames())
        .toIterable()
        .startsWith("bundle", "data", "examples", "point", "accuracy", "fullDepthAccuracy")
        .contains("exits", "points", "exitTaken", "fullDepth", "exitsTaken", "baselines", "risk");
    assertThat(json.at("/exitsTaken/0/figures").isMissingNode()).isTrue();
    assertThat(json.at("/exitsTaken/0/ece").asDouble()).isCloseTo(0.375, within(1e-6));
    assertThat(json.at("/outOfScope").isNull()).isTrue();
    assertThat(json.toString()).doesNotContain("NaN", "Infinity");
    JsonNode inShort = new ObjectMapper().valueToTree(MadeUpEvaluation.inShort());
    assertThat(inShort.has("exitTaken")).isFalse();
    assertThat(inShort.get("points")).hasSize(2);
  }
}
