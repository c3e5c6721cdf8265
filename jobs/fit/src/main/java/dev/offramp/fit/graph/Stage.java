package dev.offramp.fit.graph;

import com.google.protobuf.ByteString;
import dev.offramp.runtime.Manifest.Tensor;
import java.util.List;

/**
 * A stage's model and what a manifest says of it.
 *
 * @param onnx the model
 * @param multiplyAdds of the stage and its head, for one event of nominal length
 * @param takes the hidden state and the carry from the stage before; empty for stage 0
 * @param gives the hidden state and the carry handed on; empty for the last stage
 * @param logits name of the output float [rows, classes]
 * @param result the tensor that the exit's features are pooled from, as the model calls it
 */
public record Stage(
    ByteString onnx,
    long multiplyAdds,
    List<Tensor> takes,
    List<Tensor> gives,
    String logits,
    String result) {}
