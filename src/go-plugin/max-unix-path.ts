/**
 * The longest path of a unix socket in bytes, without the zero byte at its end: Linux takes 107, macOS and the BSDs 103.
 * A longer one is cut off by some systems and refused by others.
 */
export function maxUnixPathBytes(platform: NodeJS.Platform = process.platform): number {
  return platform === "linux" || platform === "android" ? 107 : 103;
}
