package dev.offramp.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.flink.HeldWatermarks.Epoch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamElement;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.junit.jupiter.api.Test;

class HeldWatermarksTest {
  private final List<StreamElement> gone = new ArrayList<>();
  private final HeldWatermarks held = new HeldWatermarks(gone::add);

  @Test
  void signalWithNothingBeforeItGoesOnAtOnce() throws Exception {
    held.hold(new Watermark(1));
    assertThat(gone).containsExactly(new Watermark(1));
  }

  @Test
  void signalWaitsForTheLastEventBeforeItAndNotForThoseBehind() throws Exception {
    Epoch one = held.enter();
    Epoch two = held.enter();
    held.hold(new Watermark(1));
    held.enter();
    held.leave(two);
    assertThat(gone).isEmpty();
    held.leave(one);
    assertThat(gone).containsExactly(new Watermark(1));
  }

  @Test
  void laterEpochThatEmptiesFirstKeepsItsSignal() throws Exception {
    Epoch early = held.enter();
    held.hold(new Watermark(1));
    Epoch late = held.enter();
    held.hold(new Watermark(2));
    held.leave(late);
    assertThat(gone).isEmpty();
    held.leave(early);
    assertThat(gone).containsExactly(new Watermark(1), new Watermark(2));
  }

  @Test
  void ofWatermarksWithNoEventBetweenThemTheLastIsKept() throws Exception {
    Epoch epoch = held.enter();
    held.hold(new Watermark(1));
    held.hold(new Watermark(2));
    held.hold(WatermarkStatus.IDLE);
    held.hold(new Watermark(3));
    held.leave(epoch);
    assertThat(gone).containsExactly(new Watermark(2), WatermarkStatus.IDLE, new Watermark(3));
  }

  /** The law against a plain model: a list of all that came, of which events are struck out. */
  @Property
  void noSignalPassesAnEventThatCameBeforeIt(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 200) int steps) throws Exception {
    Random random = new Random(seed);
    List<Object> came = new ArrayList<>();
    Map<Object, Epoch> here = new HashMap<>();
    List<StreamElement> out = new ArrayList<>();
    HeldWatermarks tested =
        new HeldWatermarks(
            signal -> {
              int at = came.indexOf(signal);
              assertThat(at).isNotNegative();
              assertThat(came.subList(0, at)).filteredOn(here::containsKey).isEmpty();
              out.add(signal);
            });
    for (int i = 0; i < steps; i++) {
      int what = random.nextInt(5);
      if (what < 2) {
        Integer event = i;
        came.add(event);
        here.put(event, tested.enter());
      } else if (what < 4 && !here.isEmpty()) {
        Object event = List.copyOf(here.keySet()).get(random.nextInt(here.size()));
        tested.leave(here.remove(event));
      } else {
        Watermark mark = new Watermark(i);
        came.add(mark);
        tested.hold(mark);
      }
    }
    while (!here.isEmpty()) {
      tested.leave(here.remove(here.keySet().iterator().next()));
    }
    assertThat(out).isSortedAccordingTo((a, b) -> Long.compare(time(a), time(b)));
    came.removeIf(c -> !(c instanceof Watermark));
    if (!came.isEmpty()) {
      assertThat(out).as("the last watermark is never swallowed").last().isEqualTo(last(came));
    }
  }

  private static Object last(List<Object> list) {
    return list.get(list.size() - 1);
  }

  private static long time(StreamElement mark) {
    return ((Watermark) mark).getTimestamp();
  }
}
