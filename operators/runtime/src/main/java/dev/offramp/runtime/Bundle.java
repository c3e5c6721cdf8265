package dev.offramp.runtime;

import dev.offramp.runtime.Manifest.Stage;
import dev.offramp.runtime.Manifest.TextInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Everything that is needed to run one learned network: a folder with a manifest, the stages' ONNX
 * files and the tokenizer. Opened only if all of it is sound. Immutable; any thread.
 */
public final class Bundle {
  /** Plain names only: nothing that leads out of the folder. */
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private final Path folder;
  private final Manifest manifest;

  private Bundle(Path folder, Manifest manifest) {
    this.folder = folder;
    this.manifest = manifest;
  }

  /**
   * Opens and checks a bundle: manifest, id, hashes, file names, the stages' graphs and weights.
   *
   * @throws BundleException names the file, the rule it breaks and what to do
   */
  public static Bundle open(Path folder) {
    Manifest manifest = readManifest(folder);
    Bundle bundle = new Bundle(folder, manifest);
    for (String name : files(manifest)) {
      bundle.checkFile(name);
    }
    if (manifest.input() instanceof TextInput text) {
      bundle.checkHash(bundle.file(text.tokenizer()), text.sha256());
    }
    for (int k = 0; k < manifest.exits(); k++) {
      Stage stage = manifest.stages().get(k);
      Path file = bundle.file(stage.file());
      bundle.checkHash(file, stage.sha256());
      StageGraphCheck.check(file, manifest, k);
    }
    return bundle;
  }

  /**
   * Reads and checks a bundle's manifest alone, the names of its files included; whether the files
   * are there and sound is for {@link #open} to say.
   *
   * @throws BundleException names the file, the rule it breaks and what to do
   */
  public static Manifest readManifest(Path folder) {
    Manifest manifest = ManifestFile.read(folder);
    new ManifestCheck(folder.resolve(ManifestFile.NAME), manifest).check();
    files(manifest).forEach(name -> checkName(folder, name));
    return manifest;
  }

  /** The files beside the manifest that it names. */
  public static List<String> files(Manifest manifest) {
    List<String> names = new ArrayList<>();
    manifest.stages().forEach(s -> names.add(s.file()));
    if (manifest.input() instanceof TextInput text) {
      names.add(text.tokenizer());
    }
    return names;
  }

  /**
   * Refuses a file name that could lead out of the folder.
   *
   * @throws BundleException names the rule
   */
  public static void checkName(Path folder, String name) {
    if (name == null || !FILE_NAME.matcher(name).matches()) {
      throw new BundleException(
          "%s names the file '%s': a bundle's files lie in its folder and their names are letters, digits, '.', '_' and '-'; learn it anew with `offramp fit`"
              .formatted(folder.resolve(ManifestFile.NAME), name));
    }
  }

  /** What the manifest says. */
  public Manifest manifest() {
    return manifest;
  }

  /** Where it lies. */
  public Path folder() {
    return folder;
  }

  /** A file of the bundle. */
  Path file(String name) {
    return folder.resolve(name);
  }

  private void checkFile(String name) {
    Path file = file(name);
    if (Files.isSymbolicLink(file)) {
      throw new BundleException(
          "%s is a link: a bundle holds its files itself; copy the file into the folder"
              .formatted(file));
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw BundleException.missing(file, null);
    }
  }

  private void checkHash(Path file, String sha256) {
    try {
      String found = Sha256.of(file);
      BundleException.unless(
          file,
          found.equals(sha256),
          "the file was changed or cut off: its SHA-256 is %s, and the manifest says %s",
          found,
          sha256);
    } catch (IOException e) {
      throw BundleException.unreadable(file, e);
    }
  }
}
