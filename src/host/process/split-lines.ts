/**
 * Cuts a stream of bytes into lines, as text and without their ends (`\n` or `\r\n`).
 * A line of more than `maxBytes` arrives in pieces of that length, so memory stays bounded. A function is asked before
 * each piece.
 *
 * @returns `push` takes the next bytes, `end` hands over what is left after the last line end
 */
export function createLineSplitter(
  maxBytes: number | (() => number),
  onLine: (line: string) => void,
): { push(bytes: Uint8Array): void; end(): void } {
  let parts: Uint8Array[] = [];
  let held = 0;
  const limit = typeof maxBytes === "number" ? (): number => maxBytes : maxBytes;

  const flush = (): void => {
    const line = Buffer.concat(parts).toString("utf8");
    parts = [];
    held = 0;
    onLine(line.endsWith("\r") ? line.slice(0, -1) : line);
  };
  const hold = (bytes: Uint8Array): void => {
    let rest = bytes;
    for (let max = limit(); held + rest.length > max; max = limit()) {
      const piece = rest.subarray(0, Math.max(0, max - held));
      parts.push(piece);
      rest = rest.subarray(piece.length);
      flush();
    }
    if (rest.length === 0) return;
    parts.push(rest);
    held += rest.length;
  };

  return {
    push(bytes) {
      let start = 0;
      for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
        hold(bytes.subarray(start, end));
        flush();
        start = end + 1;
      }
      hold(bytes.subarray(start));
    },
    end() {
      if (held > 0) flush();
    },
  };
}
