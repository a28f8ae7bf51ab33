/** The same order from another start, and reversed every second time. */
export function rotated<T>(values: readonly T[], by: number): T[] {
  const start = by % Math.max(1, values.length);
  const turned = [...values.slice(start), ...values.slice(0, start)];
  return by % 2 === 0 ? turned : turned.reverse();
}
