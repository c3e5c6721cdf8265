package dev.offramp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JobFailuresTest {
  private static final String TRACE =
      """
      java.lang.RuntimeException: outer
      \tat a.B.c(B.java:1)
      Caused by: java.lang.IllegalStateException: inner,
      second line
      \tat a.B.d(B.java:2)
      """;

  @Test
  void innermostCauseIsNamedWithItsWholeMessage() {
    assertThat(JobFailures.rootCause(TRACE))
        .isEqualTo("java.lang.IllegalStateException: inner,\nsecond line");
    assertThat(JobFailures.rootCause("java.lang.Error: alone\n\tat a.B.c(B.java:1)"))
        .isEqualTo("java.lang.Error: alone");
  }

  @Test
  void repeatedCauseIsReportedAtTenfoldNumbersAlone() {
    JobFailures failures = new JobFailures();
    assertThat(failures.add(TRACE))
        .hasValueSatisfying(l -> assertThat(l).startsWith("The job failed: "));
    for (int i = 2; i < 10; i++) {
      assertThat(failures.add(TRACE)).isEmpty();
    }
    assertThat(failures.add(TRACE))
        .hasValueSatisfying(line -> assertThat(line).startsWith("The job has failed 10 times: "));
    assertThat(failures.add("java.lang.Error: other")).isPresent();
  }
}
