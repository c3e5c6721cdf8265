package dev.offramp.fit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;

class ValuesTest {
  @Test
  void nestedArraysGiveTheirShape() {
    Tensor tensor =
        Values.tensor(List.of(List.of(List.of(1, 2.5)), List.of(List.of(-3L, 4f))), null);

    assertThat(tensor.shape()).containsExactly(2, 1, 2);
    assertThat(tensor.values()).containsExactly(1f, 2.5f, -3f, 4f);
  }

  @Test
  void flatNumbersTakeTheShapeAskedFor() {
    Tensor fromList = Values.tensor(List.of(1, 2, 3, 4, 5, 6), List.of(3, 2));
    Tensor fromCell = Values.tensor(" 1 2\t3.5e1 4  5 -6 ", List.of(3, 2));

    assertThat(fromList.shape()).containsExactly(3, 2);
    assertThat(fromCell.shape()).containsExactly(3, 2);
    assertThat(fromCell.values()).containsExactly(1, 2, 35, 4, 5, -6);
    assertThat(Values.tensor("1 2 3", null).shape()).containsExactly(3);
    assertThat(Values.tensor(List.of(List.of(1, 2)), List.of(1, 2)).shape()).containsExactly(1, 2);
  }

  @Test
  void whatIsNoTensorIsRefused() {
    assertThatTensor("1 two", null).isEqualTo("must be numbers with spaces between: two");
    assertThatTensor(" ", null).isEqualTo("must not be blank");
    assertThatTensor("1 NaN", null).isEqualTo("must hold numbers that are finite as a float: NaN");
    assertThatTensor(List.of(1e39), null)
        .isEqualTo("must hold numbers that are finite as a float: 1.0E39");
    assertThatTensor(3, null).isEqualTo("must be an array of numbers: 3");
    assertThatTensor(List.of(), null).isEqualTo("must not have an empty array in it");
    assertThatTensor(List.of(List.of(1), List.of()), null)
        .isEqualTo("must have arrays of one length at each depth: at depth 2 one has 1, another 0");
    assertThatTensor(List.of(List.of(1, 2), List.of(3)), null)
        .isEqualTo("must have arrays of one length at each depth: at depth 2 one has 2, another 1");
    assertThatTensor(List.of(List.of(1), 2), null).isEqualTo("must be an array of numbers: 2");
    assertThatTensor(List.of(1, List.of(2)), null)
        .isEqualTo("must hold numbers that are finite as a float: [2]");
    assertThatTensor(List.of(1, "2"), null)
        .isEqualTo("must hold numbers that are finite as a float: 2");
    assertThatTensor(List.of(1, 2, 3), List.of(2, 2))
        .isEqualTo("must have the shape 2x2, or as many numbers in one row: it has the shape 3");
    assertThatTensor(List.of(List.of(1, 2)), List.of(2, 1))
        .isEqualTo("must have the shape 2x1, or as many numbers in one row: it has the shape 1x2");
  }

  @Test
  void shapeOfTheFirstArraysMakesNoRoomThatTheOthersDoNotFill() {
    List<Object> rows = new ArrayList<>();
    rows.add(Collections.nCopies(70_000, 1));
    rows.addAll(Collections.nCopies(69_999, List.of(1)));
    assertThatTensor(rows, null)
        .isEqualTo(
            "must have arrays of one length at each depth: at depth 2 one has 70000, another 1");
    assertThatTensor(List.of(List.of(1), List.of(List.of(2))), null)
        .isEqualTo("must hold numbers that are finite as a float: [2]");
  }

  @Test
  void longValuesAreCutOffInErrors() {
    assertThat(catchThrowable(() -> Values.text(List.of("x".repeat(1000)))).getMessage())
        .hasSizeLessThan(100)
        .endsWith("...");
  }

  @Test
  void shapesAreReadAsWritten() {
    assertThat(Columns.shape("3x32x32")).containsExactly(3, 32, 32);
    assertThat(Columns.shape("7")).containsExactly(7);
    for (String wrong : List.of("", "3x", "x3", "3x0", "3,32", "-1", "3X32", "1000000000")) {
      assertThatThrownBy(() -> Columns.shape(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "a tensor's shape must be sizes of 1 or more with an x between, like 3x32x32: "
                  + wrong);
    }
    assertThatThrownBy(() -> Columns.shape("65536x65536x65536x65536"))
        .hasMessage("a tensor must have at most 2147483647 values: 65536x65536x65536x65536");
  }

  @Test
  void columnsAreOfTextsOrOfTensors() {
    assertThatThrownBy(() -> Columns.DEFAULT.withText("a").withTensor("b", null))
        .hasMessage(
            "examples are texts or tensors: name a text column (a) or a tensor column (b), not both");
  }

  private static AbstractStringAssert<?> assertThatTensor(Object value, List<Integer> wanted) {
    Throwable thrown = catchThrowable(() -> Values.tensor(value, wanted));
    assertThat(thrown).isInstanceOf(IllegalArgumentException.class);
    return assertThat(thrown.getMessage());
  }
}
