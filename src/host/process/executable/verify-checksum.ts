import { type Stats, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { messageOf, PluginError } from "../../../errors.ts";
import { invalidOption, objectOption } from "../../../option-checks.ts";

/** Expected checksum of the executable. */
export interface Checksum {
  readonly algorithm: "sha256" | "sha384" | "sha512";
  /** The digest, in hexadecimal (upper or lower case) or as bytes. */
  readonly digest: string | Uint8Array;
}

const digestBytes = { sha256: 32, sha384: 48, sha512: 64 } as const;

/**
 * Checks the option `checksum` and returns it with its digest as lower-case hexadecimal.
 *
 * @throws PluginError `invalid_option` for an unknown algorithm, and for a digest that does not fit the algorithm.
 */
export function checksumOption(checksum: Checksum): Checksum & { readonly digest: string } {
  const { algorithm, digest } = objectOption("checksum", checksum, "an object { algorithm, digest }");
  const length = Object.hasOwn(digestBytes, algorithm) ? digestBytes[algorithm] : undefined;
  if (length === undefined) {
    throw invalidOption("checksum.algorithm", `one of ${Object.keys(digestBytes).join(", ")}`, algorithm);
  }
  const isBytes = ArrayBuffer.isView(digest);
  const hex = typeof digest === "string" || !isBytes ? digest : Buffer.from(digest).toString("hex");
  const lowerCase = typeof hex === "string" ? hex.toLowerCase() : "";
  if (!/^[0-9a-f]+$/.test(lowerCase) || lowerCase.length !== length * 2) {
    throw invalidOption(
      "checksum.digest",
      `the ${length} bytes of a ${algorithm}, as bytes or in hexadecimal`,
      hex,
    );
  }
  return { algorithm, digest: lowerCase };
}

/**
 * Compares a file with its checksum. When it resolves, the path names the file that was read, and that file has not been
 * written to since.
 *
 * @throws PluginError `checksum_mismatch`, also if the file cannot be read or changes meanwhile.
 */
export async function verifyChecksum(
  path: string,
  { algorithm, digest }: Checksum & { readonly digest: string },
): Promise<void> {
  const hash = process.getBuiltinModule("node:crypto").createHash(algorithm);
  let before: Stats;
  let after: Stats;
  try {
    const file = await open(path);
    try {
      before = await file.stat();
      await pipeline(file.createReadStream({ autoClose: false }), hash);
    } finally {
      await file.close();
    }
    // Synchronous, so that the start follows in the same turn.
    after = statSync(path);
  } catch (cause) {
    const reason = messageOf(cause);
    throw new PluginError("checksum_mismatch", `cannot read "${path}" to check its ${algorithm}: ${reason}`, {
      cause,
    });
  }
  if (!isSame(before, after)) {
    throw new PluginError("checksum_mismatch", `"${path}" changed while it was checked: do not run it`);
  }
  const seen = hash.digest("hex");
  if (seen === digest) return;
  throw new PluginError(
    "checksum_mismatch",
    `expected the ${algorithm} ${digest} of "${path}", got ${seen}: ` +
      "the file is not the build that was approved; do not run it",
  );
}

function isSame(one: Stats, other: Stats): boolean {
  return (["dev", "ino", "size", "mtimeMs", "ctimeMs"] as const).every((key) => one[key] === other[key]);
}
