package dev.offramp.fit.data;

import java.nio.file.Path;

/**
 * A frozen, pretrained network.
 *
 * @param name as a person calls it
 * @param model its ONNX file
 * @param tokenizer its Hugging Face {@code tokenizer.json}; null: it has none, and reads tensors
 * @param sha256 of the model, 64 hexadecimal digits
 * @param licence as its model card says; null if not known
 */
public record Backbone(String name, Path model, Path tokenizer, String sha256, String licence) {
  static final String TOKENIZER = "tokenizer.json";

  /**
   * The same as it is needed for texts, with its tokenizer, or for tensors, without.
   *
   * @throws IllegalArgumentException it is to read texts and has no tokenizer; says where to put it
   */
  public Backbone reading(boolean texts) {
    if (texts && tokenizer == null) {
      throw new IllegalArgumentException(
          "the backbone %s reads tokens and needs its Hugging Face tokenizer beside it, as %s-%s or %s"
              .formatted(model, name, TOKENIZER, TOKENIZER));
    }
    return texts ? this : new Backbone(name, model, null, sha256, licence);
  }
}
