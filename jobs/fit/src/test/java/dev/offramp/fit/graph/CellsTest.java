package dev.offramp.fit.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CellsTest {
  @Test
  void fourCellsOfSevenOverlapByOne() {
    Cells cells = new Cells(7, 4);

    assertThat(members(cells))
        .containsExactly(List.of(0, 1), List.of(1, 2, 3), List.of(3, 4, 5), List.of(5, 6));
    assertThat(cells.isEven()).isTrue();
    assertThat(List.of(cells.kernel(), cells.stride(), cells.padBefore(), cells.padAfter()))
        .containsExactly(3, 2, 1, 1);
  }

  @Test
  void fourCellsOfSixHaveTwoElementsDoubled() {
    Cells cells = new Cells(6, 4);

    assertThat(cells.isEven()).isFalse();
    assertThat(cells.elements()).containsExactly(0, 1, 1, 2, 3, 4, 4, 5);
    assertThat(List.of(cells.kernel(), cells.stride(), cells.padBefore(), cells.padAfter()))
        .containsExactly(2, 2, 0, 0);
  }

  @Test
  void poolingWindowsAreTheCellsForEverySize() {
    for (int size = 1; size <= 260; size++) {
      for (int count = 1; count <= Math.min(size, Cells.MOST); count++) {
        Cells cells = new Cells(size, count);

        assertThat(windows(cells)).as("%s", cells).isEqualTo(members(cells));
        assertThat(members(cells).stream().flatMap(List::stream).distinct()).hasSize(size);
      }
    }
  }

  @Test
  void cellsThatCannotBeAreRefused() {
    assertThatThrownBy(() -> new Cells(3, 4))
        .hasMessage("cells must be 1 to 4 and no more than the size 3: 4");
    assertThatThrownBy(() -> new Cells(9, 5)).isInstanceOf(IllegalArgumentException.class);
  }

  /**
   * Adaptive pooling's own definition: floor(i size / count) to before ceil((i + 1) size / count).
   */
  private static List<List<Integer>> members(Cells cells) {
    List<List<Integer>> members = new ArrayList<>();
    for (int i = 0; i < cells.count(); i++) {
      double share = cells.size() / (double) cells.count();
      List<Integer> cell = new ArrayList<>();
      for (int e = (int) Math.floor(i * share + 1e-9); e < Math.ceil((i + 1) * share - 1e-9); e++) {
        cell.add(e);
      }
      members.add(cell);
    }
    return members;
  }

  /** What a pooling operator sees with the kernel, stride and pads told to it. */
  private static List<List<Integer>> windows(Cells cells) {
    List<Integer> elements = new ArrayList<>();
    if (cells.isEven()) {
      for (int e = 0; e < cells.size(); e++) {
        elements.add(e);
      }
    } else {
      for (int e : cells.elements()) {
        elements.add(e);
      }
    }
    List<List<Integer>> windows = new ArrayList<>();
    int last = elements.size() + cells.padAfter() - cells.kernel();
    for (int start = -cells.padBefore(); start <= last; start += cells.stride()) {
      int from = Math.max(0, start);
      int to = Math.min(elements.size(), start + cells.kernel());
      windows.add(elements.subList(from, to));
    }
    return windows;
  }
}
