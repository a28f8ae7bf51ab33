/**
 * Cuts a stream of bytes into lines, as text and without their ends (`\n` or `\r\n`). A line of more than `maxBytes`
 * arrives in pieces of at most that length, cut between characters, so memory stays bounded. `maxBytes` as a function
 * is called before each piece.
 *
 * @param onLine receives a line or a piece of one, and whether it is a piece
 * @returns `push` takes the next bytes, `end` flushes the rest after the last line end
 */
export function createLineSplitter(
  maxBytes: number | (() => number),
  onLine: (line: string, isPiece: boolean) => void,
): { push(bytes: Uint8Array): void; end(): void } {
  let parts: Uint8Array[] = [];
  let held = 0;
  /** Whether a piece of the current line was already passed on. */
  let isContinued = false;
  const limit = typeof maxBytes === "number" ? (): number => maxBytes : maxBytes;

  const take = (): Buffer => {
    const bytes = Buffer.concat(parts);
    parts = [];
    held = 0;
    return bytes;
  };
  const keep = (bytes: Uint8Array): void => {
    if (bytes.length === 0) return;
    parts.push(bytes);
    held += bytes.length;
  };
  /** Passes on the buffered bytes, except an incomplete character at their end. */
  const cut = (): void => {
    const bytes = take();
    const end = lastBoundary(bytes);
    keep(bytes.subarray(end));
    isContinued = true;
    onLine(bytes.toString("utf8", 0, end), true);
  };
  const hold = (bytes: Uint8Array): void => {
    let rest = bytes;
    for (let max = limit(); held + rest.length > max; max = limit()) {
      const piece = rest.subarray(0, Math.max(0, max - held));
      keep(piece);
      rest = rest.subarray(piece.length);
      cut();
    }
    keep(rest);
  };
  const finish = (): void => {
    const bytes = take();
    const end = bytes.at(-1) === carriageReturn ? bytes.length - 1 : bytes.length;
    const isPiece = isContinued;
    isContinued = false;
    // All of the line was passed on, except the carriage return before the line feed.
    if (isPiece && end === 0) return;
    onLine(bytes.toString("utf8", 0, end), isPiece);
  };

  return {
    push(bytes) {
      let start = 0;
      for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
        hold(bytes.subarray(start, end));
        finish();
        start = end + 1;
      }
      hold(bytes.subarray(start));
    },
    end() {
      if (held > 0) finish();
    },
  };
}

const carriageReturn = 13;
/** The longest character of UTF-8. */
const maxCharacterBytes = 4;

/** Where the last complete character ends; the end of the bytes if they are not UTF-8. */
function lastBoundary(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(maxCharacterBytes - 1, bytes.length - 1); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const needed = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
