package dev.offramp.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.BundleException;
import dev.offramp.runtime.Classifier;
import dev.offramp.runtime.Device;
import dev.offramp.runtime.InferenceException;
import dev.offramp.runtime.ServingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Manifests with a few values changed for others that JSON can hold, signed anew. Such a bundle is
 * refused by its rule, or it serves.
 */
class ManifestEditsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] VALUES = {
    "null",
    "true",
    "-1",
    "0",
    "1",
    "2",
    "0.5",
    "-0.0",
    "1e308",
    "1e-320",
    "2147483647",
    "9223372036854775807",
    "123456789012345678901234567890",
    "\"\"",
    "\"x\"",
    "\"NaN\"",
    "\"Infinity\"",
    "\"-Infinity\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "[]",
    "{}",
    "[[]]",
    "[null]",
    "{\"kind\": \"shut\"}",
    "{\"kind\": \"java.lang.Object\"}",
    "[1, 2, 3]",
    "\"stage-0.onnx\"",
    "\"manifest.json\"",
    "\"hidden-0\"",
    "\"logits\""
  };

  @Property(tries = 500)
  void changedManifestIsRefusedOrServes(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    Path folder = Files.createDirectories(Path.of("target", "edits"));
    BundleBench bundle = new BundleBench(folder);
    ObjectNode manifest = bundle.manifest();
    for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
      edit(manifest, random);
    }
    if (!bundle.sign(manifest)) {
      bundle.write(JSON.writeValueAsBytes(manifest));
    }
    Bundle opened;
    try {
      opened = Bundle.open(folder);
    } catch (BundleException e) {
      assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(4000);
      return;
    }
    // What is served is measured first, which takes its time; a share of them tells enough.
    if (random.nextInt(3) == 0) {
      serve(opened);
    }
  }

  private static void serve(Bundle bundle) {
    try (Classifier classifier = Classifier.open(bundle, Device.CPU, ServingOptions.DEFAULT)) {
      assertThat(classifier.classify(List.of("w1 w2", "w3"))).doesNotContainNull();
    } catch (BundleException | InferenceException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static void edit(ObjectNode manifest, Random random) throws IOException {
    List<ContainerNode<?>> all = new ArrayList<>();
    containers(manifest, all);
    ContainerNode<?> at = all.get(random.nextInt(all.size()));
    JsonNode value = JSON.readTree(VALUES[random.nextInt(VALUES.length)]);
    if (at instanceof ArrayNode array) {
      int index = random.nextInt(array.size());
      switch (random.nextInt(4)) {
        case 0 -> array.remove(index);
        case 1 -> array.insert(index, array.get(index).deepCopy());
        default -> array.set(index, value);
      }
    } else if (at instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      String name = names.get(random.nextInt(names.size()));
      switch (random.nextInt(6)) {
        case 0 -> object.remove(name);
        case 1 -> object.set("more", value);
        default -> object.set(name, value);
      }
    }
  }

  private static void containers(JsonNode node, List<ContainerNode<?>> into) {
    if (node instanceof ContainerNode<?> container && !container.isEmpty()) {
      into.add(container);
      container.forEach(child -> containers(child, into));
    }
  }
}
