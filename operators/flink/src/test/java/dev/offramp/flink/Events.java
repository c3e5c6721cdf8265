package dev.offramp.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Classifier;
import dev.offramp.runtime.Device;
import dev.offramp.runtime.ServingOptions;
import dev.offramp.runtime.TinyBundle;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.Prediction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Events for the tiny network, and what the classifier says of them. */
final class Events {
  private Events() {}

  /** So many events, always the same, whose ids are their positions. */
  static List<Event> some(int count) {
    List<Event> events = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      events.add(at(i));
    }
    return events;
  }

  static Event at(long position) {
    return new Event(Long.toString(position), TinyBundle.text(new Random(position)), null, null);
  }

  /** Checks that each event has one prediction, and that it is the classifier's. */
  static void assertSameAsClassifier(
      Path bundle, ServingOptions options, List<Event> events, Collection<Prediction> found) {
    assertThat(found)
        .extracting(Prediction::getEventId)
        .containsExactlyInAnyOrderElementsOf(events.stream().map(Event::getId).toList());
    Map<String, Prediction> byId =
        found.stream().collect(Collectors.toMap(Prediction::getEventId, Function.identity()));
    try (Classifier classifier = Classifier.open(Bundle.open(bundle), Device.CPU, options)) {
      for (Prediction wanted : classifier.classifyEvents(events)) {
        Prediction p = byId.get(wanted.getEventId());
        assertThat(p.getLabel()).isEqualTo(wanted.getLabel());
        assertThat(p.getExit()).isEqualTo(wanted.getExit());
        assertThat(p.getModel()).isEqualTo(wanted.getModel());
        assertThat(p.getCost()).isEqualTo(wanted.getCost());
        assertThat(p.getUncertainty().getSetKind()).isEqualTo(wanted.getUncertainty().getSetKind());
        assertThat(p.getUncertainty().getSetCalibration())
            .isEqualTo(wanted.getUncertainty().getSetCalibration());
        assertThat(p.getTopLabels()).hasSameSizeAs(wanted.getTopLabels());
        for (int i = 0; i < wanted.getTopLabels().size(); i++) {
          assertThat(p.getTopLabels().get(i).getProbability())
              .isCloseTo(wanted.getTopLabels().get(i).getProbability(), within(1e-5));
        }
      }
    }
  }
}
