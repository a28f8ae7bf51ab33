/** A header block in clear text. */
export interface HeaderBlock {
  /** Name, value, name, value and so on. Equal blocks may give the same array. */
  readonly fields: readonly string[];
  /** Which rule for fields one of them breaks (RFC 9113 §8.2). The table is in order nevertheless. */
  readonly malformed: string | undefined;
  /** Size of the list (RFC 9113 §6.5.2). */
  readonly listBytes: number;
  /** The fields are more than the limit of the list allows: `fields` has only those within it. */
  readonly isTooLarge: boolean;
}
