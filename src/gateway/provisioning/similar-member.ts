/** A longer name is not a mistyped one. */
const maxLength = 40;

/**
 * Finds the known name that was probably meant: one that differs in case, `-`, `_` and spaces alone, else the one that is
 * fewest mistakes away. A mistake is a character too many, too few, another one, or two that changed places. A third of
 * the name may be mistakes, and not more than two.
 *
 * @returns `undefined` where no name is similar, and where two are equally so
 */
export function similarMember(given: string, known: readonly string[]): string | undefined {
  if (given.length > maxLength) return undefined;
  const text = plain(given);
  const most = Math.min(2, Math.floor(text.length / 3));
  const near = known
    .map((name) => ({ name, mistakes: mistakesBetween(text, plain(name)) }))
    .filter(({ mistakes }) => mistakes <= most)
    .sort((a, b) => a.mistakes - b.mistakes);
  const [first, second] = near;
  return first?.mistakes === second?.mistakes ? undefined : first?.name;
}

const plain = (name: string): string => name.replaceAll(/[-_ ]/g, "").toLowerCase();

/** The distance of Damerau and Levenshtein, in which no character is part of two mistakes. */
function mistakesBetween(one: string, other: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      const replaced = at(last, column - 1) + (isSame ? 0 : 1);
      const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      const swapped = isSwapped ? at(beforeLast, column - 2) + 1 : replaced;
      current.push(Math.min(replaced, swapped, at(last, column) + 1, at(current, column - 1) + 1));
    }
    beforeLast = last;
    last = current;
  }
  return at(last, other.length);
}

const at = (row: readonly number[], column: number): number => row[column] ?? Number.POSITIVE_INFINITY;
