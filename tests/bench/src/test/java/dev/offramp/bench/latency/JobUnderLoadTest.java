package dev.offramp.bench.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.bench.Workload;
import dev.offramp.kit.LocalKafka;
import dev.offramp.runtime.Ticker;
import dev.offramp.runtime.TinyBundle;
import dev.offramp.stream.StreamJob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real job on a real broker; no figure of it depends on how fast they are. */
@Timeout(180)
class JobUnderLoadTest {
  private static final Ticker TICKER = Ticker.system();

  /** What events wait at before they reach the operators. */
  private static volatile CountDownLatch gate = new CountDownLatch(0);

  @TempDir static Path folder;
  private static LocalKafka kafka;
  private static JobUnderLoad job;
  private static Workload workload;

  @BeforeAll
  static void start() throws Exception {
    TinyBundle.writeText(folder.resolve("bundle"));
    kafka = LocalKafka.start();
    workload = new Workload(TinyTexts.dataset(50), 1);
    job = job(workload);
  }

  private static JobUnderLoad job(Workload of) throws Exception {
    return new JobUnderLoad(
        kafka,
        of,
        2,
        List.of("bundle=" + folder.resolve("bundle"), "latency.budget=50 ms", "device=cpu"),
        folder.resolve("checkpoints"),
        (events, options) ->
            StreamJob.classify(
                events.map(JobUnderLoadTest::held).returns(events.getType()), options),
        TICKER);
  }

  private static <T> T held(T event) throws InterruptedException {
    gate.await();
    return event;
  }

  @AfterAll
  static void stop() {
    gate.countDown();
    job.close();
    kafka.close();
  }

  @Test
  void everyEventIsMeasuredOnce() throws Exception {
    Schedule schedule = Schedule.steady(1000, Duration.ofMillis(500));
    Trial trial = new Trial(job, workload, TICKER);

    Cell first = trial.run(schedule, Duration.ofMillis(100), Duration.ofMillis(50), 0.3).cell();
    Cell second = trial.run(schedule, Duration.ZERO, Duration.ofMillis(50), 0.3).cell();

    assertThat(first.figures().events()).isEqualTo(400);
    assertThat(second.figures().events()).isEqualTo(500);
    assertThat(second.eventsPerSecond()).isEqualTo(1000);
    assertThat(second.figures().accuracy()).isBetween(0.0, 1.0);
    assertThat(second.figures().meanCost()).isBetween(0.1, 1.0);
    assertThat(second.figures().points()).containsOnlyKeys("half").containsValue(1.0);
    assertThat(second.figures().p50Millis()).isPositive();
    assertThat(second.figures().maxMillis())
        .isGreaterThanOrEqualTo(second.figures().madeP99Millis());
  }

  @Test
  void stallOfTheJobShowsAsLatencyOfAllThatArrivedMeanwhile() throws Exception {
    // Nothing gets through before the last of 200 events, 199 ms after the first, is sent.
    gate = new CountDownLatch(1);
    Schedule schedule = Schedule.steady(1000, Duration.ofMillis(200));
    Arrivals arrivals = new Arrivals(schedule, job.next(), TICKER.micros());
    Emissions emissions = new Emissions(arrivals, arrivals.startMicros(), 50_000, workload::truth);
    CountDownLatch out = new CountDownLatch(200);
    job.listen(
        (prediction, now) -> {
          emissions.emitted(prediction, now);
          out.countDown();
        });

    new Sender(job, TICKER, LockSupport::parkNanos).send(arrivals, arrivals.startMicros());
    gate.countDown();

    assertThat(out.await(60, TimeUnit.SECONDS)).isTrue();
    LatencyFigures figures = emissions.figures();
    assertThat(figures.events()).isEqualTo(200);
    assertThat(figures.maxMillis()).isGreaterThanOrEqualTo(199);
    assertThat(figures.p50Millis()).isGreaterThanOrEqualTo(99);
    assertThat(figures.shareLate()).isGreaterThanOrEqualTo(0.74);
    assertThat(figures.shareMarkedLate()).isGreaterThanOrEqualTo(0.74);
    assertThat(emissions.backlogAtEnd()).isBetween(0L, 200L);
  }

  @Test
  void eventThatIsNotServedEndsTheTrial() throws Exception {
    Workload blank = new Workload(TinyTexts.blank(), 1);
    try (JobUnderLoad other = job(blank)) {
      Trial trial = new Trial(other, blank, TICKER);

      assertThatThrownBy(
              () ->
                  trial.run(
                      Schedule.steady(100, Duration.ofMillis(100)),
                      Duration.ZERO,
                      Duration.ofMillis(50),
                      0.3))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("is a dead letter");
    }
  }
}
