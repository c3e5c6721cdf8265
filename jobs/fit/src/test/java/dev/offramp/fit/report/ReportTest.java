package dev.offramp.fit.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.fit.evaluation.MadeUpEvaluation;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ReportTest {
  @TempDir Path folder;

  private final Report report =
      new Report(InstantSource.fixed(Instant.parse("2026-02-03T04:05:06Z")));

  private String page(int examples, int strangers) throws Exception {
    Path page = report.write(MadeUpEvaluation.random(examples, strangers), folder.resolve("new"));
    assertThat(page.getFileName()).hasToString(Report.PAGE);
    return Files.readString(page);
  }

  private static Document parsed(String page) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(page)));
  }

  private static List<Element> all(Document page, String tag) {
    NodeList found = page.getElementsByTagName(tag);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      elements.add((Element) found.item(i));
    }
    return elements;
  }

  @Test
  void pageHasEverySectionAndItsDate() throws Exception {
    Document page = parsed(page(300, 60));
    assertThat(all(page, "section"))
        .extracting(s -> s.getAttribute("id"))
        .containsExactly(
            "cost", "exits", "probabilities", "sets", "declining", "examples", "promises");
    assertThat(all(page, "h3"))
        .extracting(Element::getTextContent)
        .contains(
            "Accuracy against cost",
            "Where examples leave",
            "Reliability at the exit taken",
            "Reliability of each exit",
            "Coverage at each level",
            "Set size",
            "Set size at equal coverage",
            "Error against share answered",
            "Out-of-scope examples found",
            "Entropy of right and wrong answers",
            "The hardest",
            "The easiest",
            "Out of scope, but sure");
    assertThat(page.getDocumentElement().getTextContent()).contains("3 February 2026, 04:05 UTC");
  }

  @Test
  void withoutStrangersNothingIsSaidOfThem() throws Exception {
    String page = page(300, 0);
    assertThat(page).doesNotContain("Out-of-scope", "out of scope", "AUROC");
    assertThat(all(parsed(page), "section")).hasSize(7);
  }

  @Test
  void aHandfulOfExamplesMakesAPageToo() throws Exception {
    assertThat(all(parsed(page(1, 1)), "section")).hasSize(7);
    assertThat(all(parsed(page(3, 0)), "svg")).isNotEmpty();
  }

  @Test
  void pageNeedsNeitherNetworkNorScript() throws Exception {
    String text = page(300, 60);
    assertThat(text).doesNotContain("http:", "https:", "@import", "url(", "//");
    Document page = parsed(text);
    for (String tag : List.of("script", "link", "img", "iframe", "object", "use", "image")) {
      assertThat(all(page, tag)).as(tag).isEmpty();
    }
    assertThat(all(page, "*"))
        .allSatisfy(
            e -> {
              assertThat(e.hasAttribute("src")).isFalse();
              assertThat(e.getAttribute("href")).matches("(#[a-z]+)?");
              assertThat(e.getAttribute("onclick")).isEmpty();
            });
  }

  @Test
  void textsAndLabelsAreEscaped() throws Exception {
    String text = page(300, 60);
    assertThat(text).contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; \uFFFD &amp; more");
    Document page = parsed(text);
    assertThat(page.getDocumentElement().getTextContent())
        .contains("<script>alert('1')</script> \uFFFD & more", MadeUpEvaluation.RUDE_LABEL);
    assertThat(all(page, "b")).isEmpty();
  }

  @Test
  void idsAreUniqueAndLinksLeadSomewhere() throws Exception {
    Document page = parsed(page(300, 60));
    List<String> ids =
        all(page, "*").stream().map(e -> e.getAttribute("id")).filter(i -> !i.isEmpty()).toList();
    assertThat(ids).doesNotHaveDuplicates().isNotEmpty();
    assertThat(all(page, "a")).extracting(a -> a.getAttribute("href").substring(1)).isSubsetOf(ids);
    assertThat(all(page, "section"))
        .extracting(s -> s.getAttribute("aria-labelledby"))
        .isSubsetOf(ids);
  }

  @Test
  void plotsAreToldInWordsAndHeadingsSkipNoLevel() throws Exception {
    Document page = parsed(page(300, 60));
    assertThat(all(page, "svg"))
        .allMatch(s -> !s.getAttribute("aria-label").isBlank() || s.hasAttribute("aria-hidden"));
    int before = 0;
    for (Element e : all(page, "*")) {
      if (e.getTagName().matches("h[1-6]")) {
        int level = e.getTagName().charAt(1) - '0';
        assertThat(level).as(e.getTextContent()).isLessThanOrEqualTo(before + 1);
        before = level;
      }
    }
  }

  @Test
  void coloursAreReadableOnLightAndDark() {
    for (boolean dark : new boolean[] {false, true}) {
      Map<String, String> c = Theme.colors(dark);
      for (String ground : List.of("--page", "--card", "--wash")) {
        for (String text : List.of("--text", "--quiet", Ink.FIRST.variable())) {
          assertThat(contrast(c.get(text), c.get(ground)))
              .as("%s on %s, dark %s", text, ground, dark)
              .isGreaterThanOrEqualTo(4.5);
        }
      }
      for (Ink ink : Ink.values()) {
        if (ink != Ink.GRID) {
          assertThat(contrast(ink.on(dark), c.get("--card")))
              .as("%s, dark %s", ink, dark)
              .isGreaterThanOrEqualTo(3);
        }
      }
    }
  }

  /** WCAG 2's contrast ratio. */
  private static double contrast(String one, String other) {
    double a = luminance(one);
    double b = luminance(other);
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }

  private static double luminance(String color) {
    double sum = 0;
    double[] weights = {0.2126, 0.7152, 0.0722};
    for (int k = 0; k < 3; k++) {
      double v = Integer.parseInt(color, 1 + 2 * k, 3 + 2 * k, 16) / 255.0;
      sum += weights[k] * (v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4));
    }
    return sum;
  }

  @Test
  void anEvaluationInShortIsRefused() {
    assertThatThrownBy(() -> report.write(MadeUpEvaluation.inShort(), folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("in full")
        .hasMessageContaining("0123456789abcdef");
  }
}
