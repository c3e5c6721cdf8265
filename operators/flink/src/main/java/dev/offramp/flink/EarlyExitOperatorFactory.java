package dev.offramp.flink;

import dev.offramp.runtime.InFlight;
import dev.offramp.runtime.Ticker;
import dev.offramp.schemas.TrustedSchemas;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.legacy.YieldingOperatorFactory;

/**
 * Makes the operator of a run of stages where its task runs. It is marked as yielding, so that
 * Flink doesn't chain it to sources with threads of their own, which must not run mails.
 */
@SuppressWarnings("deprecation") // There is no other such mark yet.
final class EarlyExitOperatorFactory<IN> extends AbstractStreamOperatorFactory<InFlight>
    implements OneInputStreamOperatorFactory<IN, InFlight>, YieldingOperatorFactory<InFlight> {
  static {
    // Its options hold classes of the records, and the JobManager reads it too.
    TrustedSchemas.trust();
  }

  private final StageRun run;
  private final Entrance<IN> entrance;

  EarlyExitOperatorFactory(StageRun run, Entrance<IN> entrance) {
    this.run = run;
    this.entrance = entrance;
  }

  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // As Flink declares it.
  public <T extends StreamOperator<InFlight>> T createStreamOperator(
      StreamOperatorParameters<InFlight> parameters) {
    return (T) new EarlyExitOperator<>(parameters, run, entrance, Ticker.system());
  }

  @Override
  @SuppressWarnings("rawtypes") // As Flink declares it.
  public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader loader) {
    return EarlyExitOperator.class;
  }
}
