package dev.offramp.flink;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.event.WatermarkEvent;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.LatencyMarker;
import org.apache.flink.streaming.runtime.streamrecord.RecordAttributes;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.util.OutputTag;

/** Keeps all that an operator emits, on whatever output, in the order in which it does. */
final class Recording<T> implements Output<StreamRecord<T>> {
  private final List<Object> elements = new ArrayList<>();

  List<Object> elements() {
    return elements;
  }

  /** The records of one type, main output or side. */
  <X> List<StreamRecord<X>> records(Class<X> type) {
    List<StreamRecord<X>> found = new ArrayList<>();
    for (Object element : elements) {
      if (element instanceof StreamRecord<?> r && type.isInstance(r.getValue())) {
        found.add(r.asRecord());
      }
    }
    return found;
  }

  /** The values of one type, main output or side. */
  <X> List<X> values(Class<X> type) {
    return records(type).stream().map(StreamRecord::getValue).toList();
  }

  @Override
  public void collect(StreamRecord<T> element) {
    elements.add(element);
  }

  @Override
  public <X> void collect(OutputTag<X> tag, StreamRecord<X> element) {
    elements.add(element);
  }

  @Override
  public void emitWatermark(Watermark mark) {
    elements.add(mark);
  }

  @Override
  public void emitWatermarkStatus(WatermarkStatus status) {
    elements.add(status);
  }

  @Override
  public void emitLatencyMarker(LatencyMarker marker) {
    elements.add(marker);
  }

  @Override
  public void emitRecordAttributes(RecordAttributes attributes) {
    elements.add(attributes);
  }

  @Override
  public void emitWatermark(WatermarkEvent mark) {
    elements.add(mark);
  }

  @Override
  public void close() {}
}
