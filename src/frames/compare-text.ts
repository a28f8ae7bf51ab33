/**
 * Orders texts by their UTF-8 bytes, as Go does, which is the order of code points. JavaScript's own order is that of
 * UTF-16 units, which puts U+E000 to U+FFFF after the characters beyond them.
 */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Surrogates encode characters beyond all those of one unit. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10_000 : unit;
}
