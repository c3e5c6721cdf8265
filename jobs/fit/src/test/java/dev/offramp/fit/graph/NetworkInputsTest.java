package dev.offramp.fit.graph;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.data.Example;
import dev.offramp.fit.data.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkInputsTest {
  private static final NetworkInputs TEXTS =
      new NetworkInputs(true, List.of("input_ids"), List.of());
  private static final NetworkInputs IMAGES = new NetworkInputs(false, List.of("x"), List.of(1, 2));
  private static final Example TEXT = new Example("a text", 0);
  private static final Example IMAGE = image(List.of(1, 2), 0.5f, 1);

  @Test
  void examplesAsTheNetworkReadsThemPass() {
    assertThatCode(() -> TEXTS.check("net", data(TEXT, TEXT))).doesNotThrowAnyException();
    assertThatCode(() -> IMAGES.check("net", data(IMAGE, IMAGE))).doesNotThrowAnyException();
  }

  @Test
  void tensorForANetworkOfTextsIsRefused() {
    assertThatThrownBy(() -> TEXTS.check("net", data(TEXT, IMAGE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the backbone net reads texts: training example 1 of made-up is a tensor of shape [1,"
                + " 2]");
  }

  @Test
  void textForANetworkOfTensorsIsRefused() {
    assertThatThrownBy(() -> IMAGES.check("net", data(IMAGE, TEXT)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the backbone net reads the tensor 'x' of shape [1, 2]: training example 1 of made-up"
                + " is a text");
  }

  @Test
  void tensorOfOtherShapeIsRefusedInWhateverSplit() {
    Example other = image(List.of(2, 1), 0, 0);
    List<Example> good = List.of(IMAGE);
    Dataset data = new Dataset("made-up", List.of("a"), good, good, good, good, List.of(other));

    assertThatThrownBy(() -> IMAGES.check("net", data))
        .hasMessage(
            "the backbone net reads the tensor 'x' of shape [1, 2]: out-of-scope example 0 of"
                + " made-up has shape [2, 1]");
  }

  @Test
  void valueThatIsNotFiniteIsRefused() {
    assertThatThrownBy(() -> IMAGES.check("net", data(IMAGE, image(List.of(1, 2), 0, Float.NaN))))
        .hasMessageEndingWith(
            "training example 1 of made-up has NaN at position 1; values must be finite");
  }

  private static Example image(List<Integer> shape, float... pixels) {
    return new Example(new Tensor(shape, pixels), 0);
  }

  private static Dataset data(Example... train) {
    return new Dataset(
        "made-up",
        List.of("a"),
        List.of(train),
        List.of(train[0]),
        List.of(train[0]),
        List.of(train[0]),
        List.of());
  }
}
