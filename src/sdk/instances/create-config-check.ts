/**
 * Makes a check whether a configuration of a host has the same entries as this one. Each call is checked, so the names
 * are listed once.
 */
export function createConfigCheck(
  config: Readonly<Record<string, string>>,
): (other: Readonly<Record<string, string>>) => boolean {
  const names = Object.keys(config);
  const values = Object.values(config);
  return (other) => {
    for (let index = 0; index < names.length; index++) {
      if (other[names[index] as string] !== values[index]) return false;
    }
    return Object.keys(other).length === names.length;
  };
}
