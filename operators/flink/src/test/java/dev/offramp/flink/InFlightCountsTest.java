package dev.offramp.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.runtime.EventFootprint;
import org.junit.jupiter.api.Test;

class InFlightCountsTest {
  private static final int MANY = 1000;

  private final InFlightCounts occupancy = new InFlightCounts(100);

  @Test
  void firstEventHasRoomHoweverLargeItIs() {
    EventFootprint huge = new EventFootprint(Integer.MAX_VALUE, Long.MAX_VALUE / 2);
    assertThat(occupancy.hasRoom(huge, 1, 1)).isTrue();
    occupancy.add(huge);
    assertThat(occupancy.hasRoom(new EventFootprint(1, 1), MANY, MANY)).isFalse();
    occupancy.remove(huge);
    assertThat(occupancy.hasRoom(huge, 1, 1)).isTrue();
  }

  @Test
  void eventsTokensAndBytesEachHaveTheirBound() {
    occupancy.add(new EventFootprint(10, 40));
    assertThat(occupancy.hasRoom(new EventFootprint(10, 60), 2, 20))
        .as("all just reached")
        .isTrue();
    assertThat(occupancy.hasRoom(new EventFootprint(10, 60), 1, 20)).as("events").isFalse();
    assertThat(occupancy.hasRoom(new EventFootprint(11, 60), 2, 20)).as("tokens").isFalse();
    assertThat(occupancy.hasRoom(new EventFootprint(10, 61), 2, 20)).as("bytes").isFalse();
  }

  @Test
  void whatIsAddedIsRemoved() {
    EventFootprint one = new EventFootprint(3, 7).plus(5);
    EventFootprint other = new EventFootprint(4, 11);
    occupancy.add(one);
    occupancy.add(other);
    assertThat(occupancy.events()).isEqualTo(2);
    assertThat(occupancy.tokens()).isEqualTo(7);
    assertThat(occupancy.bytes()).isEqualTo(23);
    occupancy.remove(one);
    assertThat(occupancy.tokens()).isEqualTo(4);
    assertThat(occupancy.bytes()).isEqualTo(11);
    occupancy.clear();
    assertThat(occupancy.events()).isZero();
    assertThat(occupancy.bytes()).isZero();
  }
}
