package dev.offramp.fit.report;

import dev.offramp.fit.evaluation.Evaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/** Writes an evaluation as one page for people. Stateless but for its clock; any thread. */
public final class Report {
  /** The page's file in its folder. */
  public static final String PAGE = "report.html";

  private final InstantSource clock;

  /**
   * Reports that bear the date of a clock.
   *
   * @param clock says when they are written
   */
  public Report(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Writes {@link #PAGE} into a folder, which is made if need be; an older page is overwritten. It
   * needs no other file, no network and no script.
   *
   * @param evaluation as {@link Evaluation#inFull} makes it
   * @throws IllegalArgumentException the evaluation was made in short
   * @throws IOException it can't be written
   */
  public Path write(Evaluation evaluation, Path folder) throws IOException {
    String html = new ReportPage(evaluation, clock.instant()).html();
    Files.createDirectories(folder);
    return Files.writeString(folder.resolve(PAGE), html);
  }
}
