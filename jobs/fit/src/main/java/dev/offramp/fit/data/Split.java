package dev.offramp.fit.data;

import java.util.Locale;

/** What an example is for. */
enum Split {
  TRAIN,
  VALIDATION,
  CALIBRATION,
  TEST;

  static final String NAMES = "train, validation (or val, dev), calibration or test";

  /** The split of this name, in any case; null if there is none. */
  static Split of(String name) {
    return switch (name.strip().toLowerCase(Locale.ROOT)) {
      case "train" -> TRAIN;
      case "validation", "val", "dev" -> VALIDATION;
      case "calibration" -> CALIBRATION;
      case "test" -> TEST;
      default -> null;
    };
  }
}
