import { messageOf } from "../../errors.ts";
import { corrupt } from "./flat-table.ts";
import { unsupported } from "./unsupported.ts";

/**
 * Inflates zstd into exactly the given memory, with Node.js. `node:zlib` is not imported, so that this file also loads in
 * a browser, which cannot read such files.
 *
 * @param place where the data lies in the file
 * @throws FrameError `arrow_unsupported` where there is no zstd; `arrow_corrupt` for data that is not zstd or of another length.
 */
export function inflateZstd(data: Uint8Array, target: Uint8Array, what: string, place: number): void {
  const zlib = globalThis.process?.getBuiltinModule?.("node:zlib");
  if (zlib?.zstdDecompressSync === undefined) {
    throw unsupported(
      what,
      "buffers that this JavaScript engine can read",
      "zstd",
      "read it on Node.js 22.15 or newer, or write it with LZ4 or without compression",
    );
  }
  let inflated: Uint8Array;
  try {
    inflated = zlib.zstdDecompressSync(data, { maxOutputLength: target.length });
  } catch (cause) {
    const reason = messageOf(cause);
    throw corrupt(what, place, `${target.length} bytes of data by zstd`, `other data (${reason})`);
  }
  if (inflated.length !== target.length) {
    throw corrupt(what, place, `${target.length} bytes of data by zstd`, String(inflated.length));
  }
  target.set(inflated);
}
