package dev.offramp.fit.report;

import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Turns Java's drawing into small SVG for a page. Batik writes every attribute of every group, with
 * identifiers that would collide between the drawings of one page. Kept are the shapes alone: each
 * with its geometry, its ink's class, its line's width and dashes, and pieces of line that touch
 * joined to one, so that dashes run on. What isn't drawn in an ink (backgrounds, clips) is dropped.
 * One thread.
 */
final class Canvas {
  private static final String SVG = "http://www.w3.org/2000/svg";
  private static final Set<String> SHAPES =
      Set.of("path", "line", "circle", "ellipse", "rect", "polygon", "polyline");
  private static final List<String> GEOMETRY =
      List.of(
          "d", "x", "y", "width", "height", "rx", "ry", "cx", "cy", "r", "points", "x1", "y1", "x2",
          "y2");

  private final SVGGraphics2D graphics;

  Canvas() {
    Document document;
    try {
      document =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .getDOMImplementation()
              .createDocument(SVG, "svg", null);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("this JVM has no XML parser", e);
    }
    SVGGeneratorContext context = SVGGeneratorContext.createDefault(document);
    context.setPrecision(1);
    graphics = new SVGGraphics2D(context, false);
  }

  Graphics2D graphics() {
    return graphics;
  }

  /** All shapes drawn so far, one a line. */
  String shapes() {
    List<Element> leaves = new ArrayList<>();
    collect(graphics.getRoot(), leaves);
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < leaves.size(); i++) {
      Element shape = leaves.get(i);
      if (shape.getTagName().equals("line")) {
        StringBuilder path = new StringBuilder("M").append(end(shape, 1));
        path.append('L').append(end(shape, 2));
        while (i + 1 < leaves.size() && continues(shape, leaves.get(i + 1))) {
          shape = leaves.get(++i);
          path.append('L').append(end(shape, 2));
        }
        write(shape, "path", " d=\"%s\"".formatted(path), out);
      } else {
        write(shape, shape.getTagName(), geometry(shape), out);
      }
    }
    return out.toString();
  }

  private static void collect(Node node, List<Element> leaves) {
    for (Node child = node.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (child instanceof Element e && SHAPES.contains(e.getTagName())) {
        leaves.add(e);
      } else if (child instanceof Element e && !e.getTagName().equals("defs")) {
        collect(e, leaves);
      }
    }
  }

  /**
   * Whether both lie in one group, so look the same, and the second begins where the first ends.
   */
  private static boolean continues(Element line, Element next) {
    return next.getTagName().equals("line")
        && next.getParentNode() == line.getParentNode()
        && end(line, 2).equals(end(next, 1));
  }

  private static String end(Element line, int which) {
    return line.getAttribute("x" + which) + " " + line.getAttribute("y" + which);
  }

  private static String geometry(Element shape) {
    StringBuilder out = new StringBuilder();
    for (String name : GEOMETRY) {
      if (shape.hasAttribute(name)) {
        out.append(String.format(Locale.ROOT, " %s=\"%s\"", name, shape.getAttribute(name)));
      }
    }
    return out.toString();
  }

  private static void write(Element shape, String tag, String geometry, StringBuilder out) {
    Ink fill = Ink.of(inherited(shape, "fill"));
    Ink stroke = Ink.of(inherited(shape, "stroke"));
    if (fill == null && stroke == null) {
      return;
    }
    out.append('<').append(tag);
    out.append(" class=\"").append(fill == null ? stroke.stroke() : fill.fill());
    out.append(fill == null || stroke == null ? "" : " " + stroke.stroke());
    out.append('"').append(geometry);
    if (stroke != null) {
      String width = inherited(shape, "stroke-width");
      String dashes = inherited(shape, "stroke-dasharray");
      out.append(width.isEmpty() ? "" : " stroke-width=\"%s\"".formatted(width));
      out.append(
          dashes.isEmpty() || dashes.equals("none")
              ? ""
              : " stroke-dasharray=\"%s\"".formatted(dashes));
    }
    out.append("/>\n");
  }

  private static String inherited(Element shape, String name) {
    for (Node at = shape; at instanceof Element e; at = e.getParentNode()) {
      if (e.hasAttribute(name)) {
        return e.getAttribute(name);
      }
    }
    return "";
  }
}
