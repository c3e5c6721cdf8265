package dev.offramp.stream;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;

/** The warnings that a class logs while it is open. */
final class WarningCapture extends AbstractAppender implements AutoCloseable {
  private final List<String> messages = new CopyOnWriteArrayList<>();

  private WarningCapture() {
    super("warnings", null, null, true, Property.EMPTY_ARRAY);
  }

  static WarningCapture of(Class<?> type) {
    WarningCapture capture = new WarningCapture();
    capture.start();
    LoggerContext context = LoggerContext.getContext(false);
    LoggerConfig logger = new LoggerConfig(type.getName(), Level.WARN, false);
    logger.addAppender(capture, Level.WARN, null);
    context.getConfiguration().addLogger(type.getName(), logger);
    context.updateLoggers();
    return capture;
  }

  List<String> messages() {
    return List.copyOf(messages);
  }

  @Override
  public void append(LogEvent event) {
    messages.add(event.getMessage().getFormattedMessage());
  }

  /** Puts logging back to what its file says. */
  @Override
  public void close() {
    LoggerContext.getContext(false).reconfigure();
  }
}
