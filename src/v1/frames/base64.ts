/** Characters per call: arguments of a call are bounded, and three bytes make four characters of base64. */
const chunkBytes = 3 * 8192;

/** Standard base64 with padding, as Go writes bytes into JSON. */
export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    parts.push(btoa(String.fromCharCode(...bytes.subarray(start, start + chunkBytes))));
  }
  return parts.join("");
}
