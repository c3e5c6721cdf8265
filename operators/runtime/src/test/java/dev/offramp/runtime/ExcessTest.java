package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExcessTest {
  @Test
  void largeExcessIsFoundAtOnce() {
    Excess excess = new Excess(0.01, 10);
    excess.add(9, 20);
    assertThat(excess.over(1)).isFalse();
    excess.add(9, 20);
    assertThat(excess.over(1)).isTrue();
    assertThat(excess.amount()).isEqualTo(18);
    assertThat(excess.whole()).isEqualTo(40);
  }

  @Test
  void smallExcessIsFoundInTime() {
    Excess excess = new Excess(0.01, 10);
    int looks = 0;
    while (!excess.over(1)) {
      excess.add(2, 100);
      looks++;
    }
    assertThat(looks).isEqualTo(10);
  }

  @Test
  void shareBelowTheAllowedNeverAddsUp() {
    Excess excess = new Excess(0.01, 10);
    for (int i = 0; i < 10_000; i++) {
      excess.add(1, 1);
      excess.add(0, 149);
    }
    assertThat(excess.over(1)).isFalse();
  }

  @Test
  void whatLiesBeforeTheLastLowIsForgotten() {
    Excess excess = new Excess(0.01, 10);
    excess.add(5, 100);
    excess.add(0, 1_000);
    assertThat(excess.whole()).isZero();
    excess.add(12, 100);
    assertThat(excess.over(1)).isTrue();
    assertThat(excess.whole()).isEqualTo(100);
  }

  @Test
  void partOfTheLimitIsReachedSooner() {
    Excess excess = new Excess(0.5, 10);
    excess.add(3, 0);
    assertThat(excess.over(0.25)).isTrue();
    assertThat(excess.over(0.5)).isFalse();
    excess.reset();
    assertThat(excess.over(0.25)).isFalse();
  }
}
