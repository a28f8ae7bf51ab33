/**
 * Hides properties of a new object from printing: `console.log` and `util.inspect` show `[Getter]`, `JSON.stringify`
 * leaves them out. Reading a property by name still works, and a spread copies its value without this protection.
 *
 * @returns the same object
 */
export function hideSecrets<T extends object>(value: T, names: readonly (keyof T & string)[]): T {
  for (const name of names) {
    const secret = value[name];
    if (secret !== undefined) Object.defineProperty(value, name, { get: () => secret, enumerable: true });
  }
  const hidden: readonly string[] = names;
  const shown = (): object =>
    Object.fromEntries(Object.entries(value).filter(([name]) => !hidden.includes(name)));
  return Object.defineProperty(value, "toJSON", { value: shown });
}
