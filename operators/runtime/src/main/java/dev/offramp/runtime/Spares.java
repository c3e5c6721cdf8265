package dev.offramp.runtime;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * States and hidden states of events that have left, to be used again, so that an event on its way
 * allocates next to nothing. Bounded: what is given back beyond is left to the collector. One
 * thread.
 */
public final class Spares {
  private static final int MOST_STATES = 4096;

  /** In all states together; with many classes they are fewer. */
  private static final long MOST_STATE_FLOATS = 8L << 20;

  private static final long MOST_FLOATS = 16L << 20;

  private final int exits;
  private final int classes;
  private final long mostStates;
  private final ArrayDeque<ExitState> states = new ArrayDeque<>();

  /** By length, each list's arrays equally long; there are few lengths. */
  private final List<ArrayDeque<float[]>> arrays = new ArrayList<>();

  private long floats;

  /** Nothing to spare yet, for events of a bundle. */
  public Spares(Manifest manifest) {
    this.exits = manifest.exits();
    this.classes = manifest.classes();
    this.mostStates = Math.min(MOST_STATES, MOST_STATE_FLOATS / ((exits + 1L) * classes));
  }

  /** A state that has passed no exit. */
  ExitState state() {
    ExitState state = states.poll();
    return state == null ? new ExitState(exits, classes) : state;
  }

  /** An array of so many floats, of whatever value. */
  float[] array(int length) {
    for (ArrayDeque<float[]> same : arrays) {
      if (same.peek() != null && same.peek().length == length) {
        floats -= length;
        return same.poll();
      }
    }
    return new float[length];
  }

  /** Takes back what an event no longer needs. */
  public void from(InFlight event) {
    for (float[] hidden : event.hidden) {
      keep(hidden);
    }
    event.hidden = InFlight.NOTHING;
    if (states.size() < mostStates) {
      event.state.rewind();
      states.push(event.state);
    }
  }

  private void keep(float[] array) {
    if (floats + array.length > MOST_FLOATS) {
      return;
    }
    floats += array.length;
    ArrayDeque<float[]> free = null;
    for (ArrayDeque<float[]> same : arrays) {
      if (same.isEmpty()) {
        free = same;
      } else if (same.peek().length == array.length) {
        same.push(array);
        return;
      }
    }
    if (free == null) {
      free = new ArrayDeque<>();
      arrays.add(free);
    }
    free.push(array);
  }
}
