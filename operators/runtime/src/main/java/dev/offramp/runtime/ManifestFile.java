package dev.offramp.runtime;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads and writes {@code manifest.json}. Stateless; any thread. */
public final class ManifestFile {
  /** Its name in the bundle's folder. */
  public static final String NAME = "manifest.json";

  /** A manifest is numbers and names; what is larger is something else. */
  public static final long MAX_BYTES = 64L << 20;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private ManifestFile() {}

  /**
   * Reads the manifest of a bundle.
   *
   * @throws BundleException names the file and what is wrong with it
   */
  static Manifest read(Path folder) {
    Path file = folder.resolve(NAME);
    if (!Files.isRegularFile(file)) {
      throw new BundleException(
          "%s is no bundle: %s; give the folder that `offramp fit` wrote"
              .formatted(folder, lacking(folder)));
    }
    if (Files.isSymbolicLink(file)) {
      throw new BundleException(
          "%s is a link: a bundle holds its files itself; copy the file into the folder"
              .formatted(file));
    }
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new BundleException(
            "%s is larger than %d bytes, as no manifest is: %s"
                .formatted(file, MAX_BYTES, BundleException.REMEDY));
      }
      JsonNode tree = JSON.readTree(file.toFile());
      JsonNode version = tree.path("formatVersion");
      if (version.asInt(-1) != Manifest.FORMAT_VERSION) {
        throw new BundleException(
            "%s has format version %s; this Offramp reads %d: use the Offramp that made it, or learn it again with `offramp fit`"
                .formatted(
                    file, version.isMissingNode() ? "none" : version, Manifest.FORMAT_VERSION));
      }
      return JSON.treeToValue(tree, Manifest.class);
    } catch (UnrecognizedPropertyException e) {
      throw damaged(file, "unknown field '%s'".formatted(place(e)), e);
    } catch (JsonMappingException e) {
      throw damaged(file, "'%s' is missing or has another form".formatted(place(e)), e);
    } catch (StreamConstraintsException e) {
      throw damaged(file, e.getOriginalMessage(), e);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String place =
          at == null ? "" : " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
      throw damaged(file, "no valid JSON" + place, e);
    } catch (IOException e) {
      throw BundleException.unreadable(file, e);
    }
  }

  private static String lacking(Path folder) {
    if (Files.notExists(folder)) {
      return "there is no such folder";
    }
    if (!Files.isDirectory(folder)) {
      return "it is no folder";
    }
    return Files.isExecutable(folder) ? "it has no " + NAME : "permission to read it is denied";
  }

  private static BundleException damaged(Path file, String how, Exception e) {
    return new BundleException("%s: %s; %s".formatted(file, how, BundleException.REMEDY), e);
  }

  /** Where in the manifest, like {@code points[0].expected}. */
  private static String place(JsonMappingException e) {
    StringBuilder place = new StringBuilder();
    for (JsonMappingException.Reference step : e.getPath()) {
      if (step.getFieldName() == null) {
        place.append('[').append(step.getIndex()).append(']');
      } else {
        place.append(place.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return place.isEmpty() ? "manifest" : place.toString();
  }

  /**
   * Writes a manifest, with its id, into a bundle's folder.
   *
   * @return the manifest as written
   */
  public static Manifest write(Manifest manifest, Path folder) throws IOException {
    ObjectNode tree = JSON.valueToTree(manifest);
    tree.put("id", idOf(manifest));
    JSON.writeValue(folder.resolve(NAME).toFile(), tree);
    return read(folder);
  }

  /**
   * The id of a bundle: the first 16 hexadecimal digits of the SHA-256 of its manifest without the
   * id and the time it was made. The manifest holds the hashes of all other files.
   */
  public static String idOf(Manifest manifest) {
    ObjectNode tree = JSON.valueToTree(manifest);
    tree.remove("id");
    if (tree.get("provenance") instanceof ObjectNode provenance) {
      provenance.remove("createdAt");
    }
    return Sha256.of(tree.toString().getBytes(StandardCharsets.UTF_8)).substring(0, 16);
  }
}
