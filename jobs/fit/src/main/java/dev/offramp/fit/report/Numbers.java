package dev.offramp.fit.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.function.DoubleFunction;

/** How the report writes numbers. Stateless. */
final class Numbers {
  private static final String NONE = "–";
  private static final String PERCENT = "\u00a0%";

  private Numbers() {}

  /** 0.9616: "96.16 %"; null: a dash. */
  static String percent2(Double share) {
    return share == null ? NONE : fixed(100 * share, 2) + PERCENT;
  }

  /** 0.9616: "96.2 %"; null: a dash. */
  static String percent1(Double share) {
    return share == null ? NONE : fixed(100 * share, 1) + PERCENT;
  }

  /** 0.95: "95 %", 0.995: "99.5 %". */
  static String wholePercent(double share) {
    return plain(100 * share) + PERCENT;
  }

  /** Percents, with the decimals that such a step needs. */
  static DoubleFunction<String> percent(double step) {
    int decimals = step >= 0.01 - 1e-9 ? 0 : step >= 0.001 - 1e-9 ? 1 : 2;
    return share -> fixed(100 * share, decimals) + PERCENT;
  }

  /** 0.0634: "0.063"; null: a dash. */
  static String three(Double value) {
    return value == null ? NONE : fixed(value, 3);
  }

  /** A share of the network's multiply-adds, with decimals enough to tell it from none. */
  static String cost(double cost) {
    return fixed(cost, cost < 0.00945 ? 4 : 3);
  }

  /** 1.2249: "1.22"; null: a dash. */
  static String two(Double value) {
    return value == null ? NONE : fixed(value, 2);
  }

  /** 4500: "4,500". */
  static String count(int value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** As many decimals as it has, at most four. */
  static String plain(double value) {
    BigDecimal rounded = BigDecimal.valueOf(value).setScale(4, RoundingMode.HALF_UP);
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }

  /** A difference of shares in points, with its sign: "−0.71". */
  static String points(double difference) {
    String size = fixed(Math.abs(100 * difference), 2);
    return size.equals("0.00") ? "±0.00" : (difference < 0 ? "−" : "+") + size;
  }

  /** 0.214: "+21 %". */
  static String signedPercent(double share) {
    String size = fixed(Math.abs(100 * share), 0);
    return (size.equals("0") ? "±" : share < 0 ? "−" : "+") + size + PERCENT;
  }

  private static String fixed(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
