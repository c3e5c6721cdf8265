package dev.offramp.bench;

import dev.offramp.flink.Offramp;
import dev.offramp.flink.Received;
import dev.offramp.runtime.Ticker;
import dev.offramp.stream.StreamOptions;
import java.util.List;
import java.util.function.Function;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * The job without a broker: each subtask makes its share of the events itself, and predictions end
 * at the tap. Checkpoints go on as in the job.
 */
final class MemorySource implements Feed {
  @Override
  public void build(
      StreamExecutionEnvironment env,
      Ground ground,
      Plan plan,
      Function<DataStream<Received>, Offramp.Results> between) {
    env.setParallelism(ground.parallelism());
    env.enableCheckpointing(
        ground.options(ground.point(), List.of()).get(StreamOptions.CHECKPOINT_INTERVAL).toMillis(),
        CheckpointingMode.EXACTLY_ONCE);
    env.getConfig().enableObjectReuse();
    DataStream<Received> events =
        env.fromSource(
                new NumberSequenceSource(0, plan.meter().events() - 1L),
                WatermarkStrategy.noWatermarks(),
                "numbers")
            .map(new Make(plan.id()))
            .returns(TypeInformation.of(Received.class))
            .name("events");
    Offramp.Results results = between.apply(events);
    results.predictions().sinkTo(new DiscardingSink<>()).name("predictions");
    results.deadLetters().sinkTo(new DiscardingSink<>()).name("dead letters");
  }

  /** The event of a number. */
  private static final class Make extends RichMapFunction<Long, Received> {
    private final String run;
    private transient Workload workload;
    private transient Ticker ticker;

    Make(String run) {
      this.run = run;
    }

    @Override
    public void open(OpenContext context) {
      workload = Tap.meter(run).workload();
      ticker = Ticker.system();
    }

    @Override
    public Received map(Long number) {
      return Received.of(workload.event(number, null), ticker.micros());
    }
  }
}
