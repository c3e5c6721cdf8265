package dev.offramp.runtime;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/**
 * Describes why a file can't be read or written. The messages of Java's own exceptions are often
 * the file's path and nothing else. Stateless; any thread.
 */
public final class FileFailure {
  private FileFailure() {}

  /** The reason, for a person; the end of a sentence that names the file. */
  public static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file or folder";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "a file of this name exists already";
    }
    if (e instanceof NotDirectoryException) {
      return "it is no folder";
    }
    if (e instanceof CharacterCodingException) {
      return "it is not valid UTF-8";
    }
    if (e instanceof FileSystemException failure && failure.getReason() != null) {
      return failure.getReason();
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  /** The same with the file in front, where the exception names one. */
  public static String withFile(IOException e) {
    return e instanceof FileSystemException failure && failure.getFile() != null
        ? failure.getFile() + ": " + reason(e)
        : reason(e);
  }
}
