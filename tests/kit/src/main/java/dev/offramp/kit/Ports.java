package dev.offramp.kit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * Finds ports for processes that must come back at the same one. They lie below those that systems
 * hand out by themselves (from 32768 on), so that nobody's outgoing connection can sit on one while
 * its owner is down.
 */
final class Ports {
  private static final int FIRST = 12_000;
  private static final int COUNT = 20_000;

  private int next;

  /**
   * @param seed where to begin to look; processes beside each other should begin at different ones
   */
  Ports(long seed) {
    next = (int) Math.floorMod(seed * 101, (long) COUNT);
  }

  /** A port of 127.0.0.1 that is free now, another one at each call. */
  int free() throws IOException {
    for (int tries = 0; tries < COUNT; tries++) {
      int port = FIRST + next;
      next = (next + 1) % COUNT;
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException taken) {
        // The next one, then.
      }
    }
    throw new IOException("no port is free from %d to %d".formatted(FIRST, FIRST + COUNT - 1));
  }
}
