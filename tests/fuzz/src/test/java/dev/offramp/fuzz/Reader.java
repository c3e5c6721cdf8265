package dev.offramp.fuzz;

/** What reads foreign bytes. One thread. */
@FunctionalInterface
interface Reader {
  /** Reads them; returns, or throws what it documents for bytes that it refuses. */
  void read(byte[] input) throws Exception;
}
