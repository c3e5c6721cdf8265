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
    assertThat(cells.window()).isEqualTo(new Cells.Window(3, 2, 1, 1));
  }

  @Test
  void fourCellsOfSixAreTwoOfEachHalf() {
    Cells cells = new Cells(6, 4);

    assertThat(members(cells))
        .containsExactly(List.of(0, 1), List.of(1, 2), List.of(3, 4), List.of(4, 5));
    assertThat(cells.isEven()).isFalse();
    assertThat(cells.window()).isEqualTo(new Cells.Window(2, 1, 0, 0));
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

  /** What a pooling operator sees with the window told to it, of the whole or of each half. */
  private static List<List<Integer>> windows(Cells cells) {
    Cells.Window window = cells.window();
    int parts = cells.isEven() ? 1 : 2;
    int size = cells.size() / parts;
    List<List<Integer>> windows = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      int last = size + window.padAfter() - window.kernel();
      for (int start = -window.padBefore(); start <= last; start += window.stride()) {
        List<Integer> seen = new ArrayList<>();
        for (int e = Math.max(0, start); e < Math.min(size, start + window.kernel()); e++) {
          seen.add(part * size + e);
        }
        windows.add(seen);
      }
    }
    return windows;
  }
}
