package dev.offramp.tests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Arrows between modules go one way: schemas, runtime, flink, stream; runtime, fit; all, cli. */
@AnalyzeClasses(packages = "dev.offramp", importOptions = DoNotIncludeTests.class)
class ModuleWallsTest {
  private static final String SCHEMAS = "dev.offramp.schemas..";
  private static final String RUNTIME = "dev.offramp.runtime..";
  private static final String FLINK = "dev.offramp.flink..";
  private static final String STREAM = "dev.offramp.stream..";
  private static final String FIT = "dev.offramp.fit..";
  private static final String KIT = "dev.offramp.kit..";
  private static final String BENCH = "dev.offramp.bench..";
  private static final String CLI = "dev.offramp.cli..";

  @ArchTest
  static final ArchRule SCHEMAS_KNOW_NOTHING_OF_OURS =
      noClasses()
          .that()
          .resideInAPackage(SCHEMAS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(RUNTIME, FLINK, STREAM, FIT, KIT, BENCH, CLI);

  @ArchTest
  static final ArchRule RUNTIME_KNOWS_NO_STREAM =
      noClasses()
          .that()
          .resideInAPackage(RUNTIME)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              FLINK, STREAM, FIT, KIT, BENCH, CLI, "org.apache.flink..", "org.apache.kafka..");

  @ArchTest
  static final ArchRule FLINK_KNOWS_NO_KAFKA =
      noClasses()
          .that()
          .resideInAPackage(FLINK)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              STREAM,
              FIT,
              KIT,
              BENCH,
              CLI,
              "org.apache.kafka..",
              "org.apache.flink.connector.kafka..");

  @ArchTest
  static final ArchRule STREAM_KNOWS_NO_LEARNING =
      noClasses()
          .that()
          .resideInAPackage(STREAM)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(FIT, KIT, BENCH, CLI);

  @ArchTest
  static final ArchRule FIT_KNOWS_NO_STREAM =
      noClasses()
          .that()
          .resideInAPackage(FIT)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              FLINK, STREAM, KIT, BENCH, CLI, "org.apache.flink..", "org.apache.kafka..");

  @ArchTest
  static final ArchRule ONLY_FIT_KNOWS_THE_LEARNING_LIBRARY =
      noClasses()
          .that()
          .resideOutsideOfPackage(FIT)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.djl.ndarray..", "ai.djl.pytorch..", "ai.djl.training..");

  @ArchTest
  static final ArchRule NOTHING_KNOWS_THE_COMMAND_LINE =
      noClasses()
          .that()
          .resideOutsideOfPackage(CLI)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(CLI);

  @ArchTest
  static final ArchRule FIT_IS_USED_BY_NONE_OF_ITS_PARTS =
      noClasses()
          .that()
          .resideInAPackage("dev.offramp.fit.*..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.offramp.fit");

  @ArchTest
  static final ArchRule NO_CYCLES_IN_FIT =
      slices().matching("dev.offramp.fit.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("dev.offramp.(*)..").should().beFreeOfCycles();
}
