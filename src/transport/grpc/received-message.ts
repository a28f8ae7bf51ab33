/** A message as it has arrived: its bytes, or compressed ones. */
export type ReceivedMessage = Uint8Array | CompressedMessage;

/** A message that is decompressed when it is taken, so that what waits is not larger than what came. */
export class CompressedMessage {
  readonly bytes: Uint8Array;
  /** The length that it declares for its decompressed form. */
  readonly plainLength: number;

  constructor(bytes: Uint8Array, plainLength: number) {
    this.bytes = bytes;
    this.plainLength = plainLength;
  }

  /** The bytes that are held, as of other messages. */
  get length(): number {
    return this.bytes.length;
  }
}
