package dev.offramp.fit.data;

import java.util.List;

/** Takes the records of a file, one after the other, whatever the file's format. */
interface Records {
  /**
   * Hears the names of the columns, once, before the first record.
   *
   * @param names as the file has them; in JSON lines those of the first record
   * @param place where the names stand, for a person
   */
  void columns(List<String> names, String place);

  /** Takes a record. */
  void take(Cells cells);

  /** One record. */
  interface Cells {
    /**
     * What a column holds: text as {@link CharSequence}, number, boolean, Avro's enum symbol, a
     * list of these or of lists; null if there is nothing.
     */
    Object get(String column);

    /** Where a column of this record stands, for a person. */
    String place(String column);

    /** Number of the line or record in the file, from 1. */
    long number();
  }
}
