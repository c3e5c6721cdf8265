package dev.offramp.fit.data;

import java.nio.file.Path;

/**
 * A frozen, pretrained network.
 *
 * @param name as a person calls it
 * @param model its ONNX file
 * @param tokenizer its Hugging Face {@code tokenizer.json}
 * @param sha256 of the model, 64 hexadecimal digits
 * @param licence as its model card says; null if not known
 */
public record Backbone(String name, Path model, Path tokenizer, String sha256, String licence) {}
