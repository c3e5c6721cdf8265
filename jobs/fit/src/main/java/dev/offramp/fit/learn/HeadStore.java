package dev.offramp.fit.learn;

/**
 * Where learned heads are kept, so that learning that was cut off goes on where it stopped. A store
 * is for one set of examples and one recipe: it may give back only what was saved for them. Any
 * thread.
 */
public interface HeadStore {
  /** Keeps nothing. */
  HeadStore NONE =
      new HeadStore() {
        @Override
        public Head load(String name) {
          return null;
        }

        @Override
        public void save(String name, Head head) {}
      };

  /**
   * A head that was saved, equal to the bit.
   *
   * @return null if there is none of this name, or it isn't whole
   */
  Head load(String name);

  /**
   * Keeps a head that is learned to its end, in place of the one of this name.
   *
   * @param name letters, digits and hyphens
   */
  void save(String name, Head head);

  /** The same, but what was saved before isn't found. */
  default HeadStore ignoringSaved() {
    HeadStore all = this;
    return new HeadStore() {
      @Override
      public Head load(String name) {
        return null;
      }

      @Override
      public void save(String name, Head head) {
        all.save(name, head);
      }
    };
  }
}
