package dev.offramp.fit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizerVocabularyTest {
  @TempDir Path folder;

  private TokenizerVocabulary read(String tokenizer) throws IOException {
    return TokenizerVocabulary.read(Files.writeString(folder.resolve("tokenizer.json"), tokenizer));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // padding.pad_id takes precedence over the names of tokens.
        "{\"padding\": {\"pad_id\": 7}, \"model\": {\"vocab\": {\"[PAD]\": 2, \"a\": 9}}} | 7 | 10",
        "{\"padding\": null, \"model\": {\"vocab\": {\"a\": 0, \"[PAD]\": 2}}} | 2 | 3",
        "{\"model\": {\"vocab\": {\"a\": 0}}, \"added_tokens\": [{\"id\": 5, \"content\": \"<pad>\"}]}"
            + " | 5 | 6",
        "{\"model\": {\"vocab\": [[\"<s>\", 0.0], [\"<pad>\", 0.0], [\"a\", -2.5]]}} | 1 | 3",
        "{\"model\": {\"vocab\": {\"a\": 0, \"b\": 1}}} | 0 | 2",
        "{\"padding\": {\"pad_id\": -1}, \"model\": {\"vocab\": {}}} | 0 | 0",
      })
  void padIsTheTokenizersOwnAndSizeIsPastTheLargestId(String tokenizer, int padId, int size)
      throws IOException {
    assertThat(read(tokenizer).padId()).isEqualTo(padId);
    assertThat(read(tokenizer).size()).isEqualTo(size);
  }

  @Test
  void tokensAreNamedWithTheirIds() throws IOException {
    TokenizerVocabulary vocabulary = read("{\"model\": {\"vocab\": [[\"a\", 0], [\"b\", 0]]}}");

    assertThat(vocabulary.named(1)).isEqualTo("'b' (id 1)");
    assertThat(vocabulary.named(4)).isEqualTo("'?' (id 4)");
  }

  @Test
  void fileThatIsNoJsonIsNamed() {
    assertThatThrownBy(() -> read("{"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tokenizer.json can't be used as a tokenizer: ");
  }
}
