package dev.offramp.tests;

import java.io.StringWriter;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.WriterAppender;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.layout.PatternLayout;

/**
 * What is logged while it is open, dev.offramp's from DEBUG and all others' from INFO, with stack
 * traces. Meanwhile nothing goes to the console.
 */
final class LogCapture implements AutoCloseable {
  private final StringWriter lines = new StringWriter();
  private final LoggerContext context = LoggerContext.getContext(false);

  LogCapture() {
    Configuration logging = context.getConfiguration();
    WriterAppender appender =
        WriterAppender.newBuilder()
            .setName("capture")
            .setTarget(lines)
            .setLayout(
                PatternLayout.newBuilder()
                    .setPattern("%p %c %m%n%throwable")
                    .setConfiguration(logging)
                    .build())
            .build();
    appender.start();
    LoggerConfig root = logging.getRootLogger();
    root.getAppenders().keySet().forEach(root::removeAppender);
    root.addAppender(appender, null, null);
    root.setLevel(Level.INFO);
    logging.addLogger("dev.offramp", new LoggerConfig("dev.offramp", Level.DEBUG, true));
    context.updateLoggers();
  }

  /** All so far. */
  String text() {
    return lines.toString();
  }

  /** Puts logging back to what its file says. */
  @Override
  public void close() {
    context.reconfigure();
  }
}
