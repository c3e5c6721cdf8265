package dev.offramp.runtime;

/** A text that asks for more heap than there can be, on the thread that reads it. */
public final class FillsTheHeap implements CharSequence {
  /** A new one. */
  public FillsTheHeap() {}

  @Override
  public int length() {
    return 1;
  }

  @Override
  public char charAt(int index) {
    return 'w';
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return this;
  }

  @Override
  public String toString() {
    return new String(new char[Integer.MAX_VALUE]);
  }
}
