package dev.offramp.cli;

import dev.offramp.fit.data.Cache;
import dev.offramp.fit.data.Columns;
import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.data.Datasets;
import picocli.CommandLine.Option;

/** Options that say which labelled examples, and how they are read. */
final class DataOptions {
  @Option(
      names = "--data",
      required = true,
      description = {
        "Labelled examples: a file that ends with .csv, .tsv, .jsonl or .avro; a folder with such files called train, test and, if there are, validation and calibration; CLINC150's form; or wordnet. Text files may be packed (.gz).",
        "What isn't given is taken from train: a fifth for test, then a tenth each for validation and calibration. To judge a bundle give evaluate what fit was given, so that the splits are the same."
      })
  private String location;

  @Option(
      names = "--limit",
      description =
          "Training examples to keep, stratified, and as large a share of the others. Default: all.")
  private int limit;

  @Option(
      names = "--text-column",
      paramLabel = "NAME",
      description = "Default: the one called text, sentence or utterance.")
  private String text;

  @Option(
      names = "--label-column",
      paramLabel = "NAME",
      description = "Default: the one called category, label or intent.")
  private String label;

  @Option(
      names = "--tensor-column",
      paramLabel = "NAME",
      description =
          "Read in place of texts: arrays of numbers, nested or flat; in CSV and TSV numbers with spaces between. Default: the one called tensor, if there are no texts.")
  private String tensor;

  @Option(
      names = "--tensor-shape",
      paramLabel = "SHAPE",
      description = "Of every tensor, like 3x32x32. Default: as the arrays are nested.")
  private String shape;

  @Option(
      names = "--split-column",
      paramLabel = "NAME",
      description =
          "Says each row's split: train, validation (or val, dev), calibration or test. Default: none.")
  private String split;

  @Option(
      names = "--out-of-scope-label",
      paramLabel = "LABEL",
      description =
          "Rows with this label are no class: those for testing are judged as out of scope, others left out. Default: none.")
  private String outOfScopeLabel;

  String location() {
    return location;
  }

  int limit() {
    return limit;
  }

  Columns columns() {
    return new Columns(
        text, label, tensor, split, shape == null ? null : Columns.shape(shape), outOfScopeLabel);
  }

  Dataset load(long seed, Console console) {
    return new Datasets(Cache.of(System.getenv()), console::note)
        .load(location, columns(), limit, seed);
  }
}
