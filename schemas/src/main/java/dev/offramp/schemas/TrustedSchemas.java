package dev.offramp.schemas;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * Lets Avro make this package's classes. From 1.12.2 on it reads only into classes that it was told
 * to trust; what reads these records calls {@link #trust} first, so that nobody must set a system
 * property on every machine. Any thread.
 */
public final class TrustedSchemas {
  private static final String PACKAGE = TrustedSchemas.class.getPackageName();
  private static boolean trusted;

  private TrustedSchemas() {}

  /**
   * Adds this package to what Avro trusts in this JVM, and initializes the package's classes; once
   * is enough, more does no harm.
   */
  public static synchronized void trust() {
    if (!trusted) {
      ClassSecurityValidator.setGlobal(
          ClassSecurityValidator.composite(
              ClassSecurityValidator.getGlobal(), c -> c.getPackageName().equals(PACKAGE)));
      initialize();
      trusted = true;
    }
  }

  /**
   * Initializes the classes that Avro generated in a thread that ends. Each parses its schema, and
   * where Avro does that it leaves in the thread what holds every class of the job: in the threads
   * of a Flink JobManager, which go on, those of each job that was ever submitted.
   */
  private static void initialize() {
    Thread thread = new Thread(TrustedSchemas::initializeAll, "initializes-schemas");
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void initializeAll() {
    Set<String> seen = new TreeSet<>();
    for (Schema schema :
        List.of(Event.getClassSchema(), Prediction.getClassSchema(), DeadLetter.getClassSchema())) {
      initialize(schema, seen);
    }
  }

  private static void initialize(Schema schema, Set<String> seen) {
    switch (schema.getType()) {
      case RECORD -> {
        if (seen.add(schema.getFullName())) {
          initialize(schema.getFullName());
          schema.getFields().forEach(field -> initialize(field.schema(), seen));
        }
      }
      case ENUM -> initialize(schema.getFullName());
      case UNION -> schema.getTypes().forEach(type -> initialize(type, seen));
      case ARRAY -> initialize(schema.getElementType(), seen);
      case MAP -> initialize(schema.getValueType(), seen);
      default -> {}
    }
  }

  private static void initialize(String name) {
    try {
      Class.forName(name, true, TrustedSchemas.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
