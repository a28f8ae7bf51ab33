/**
 * Chooses the protocol major that a plugin serves: the highest of its own that the host offered.
 *
 * Without an offer (an old host) or without a common version it is the lowest of its own, and the plugin serves anyway:
 * the host then reports the mismatch. Compares numbers, so 10 is above 9; the order of both lists has no meaning (Go
 * hosts send theirs in random order).
 *
 * @see hashicorp/go-plugin server.go, protocolVersion (v1.8.0)
 */
export function chooseMajor(
  own: readonly [number, ...number[]],
  offered: readonly number[] | undefined,
): number {
  const common = offered === undefined ? [] : own.filter((version) => offered.includes(version));
  return common.length === 0 ? Math.min(...own) : Math.max(...common);
}
