/** Characters of a field's value that an error quotes at most. */
const maxChars = 200;

/** A value of the peer's header section for the text of an error: quoted, cut, and in printable ASCII. */
export function quoteField(value: string): string {
  const kept = value.length > maxChars ? `${value.slice(0, maxChars)}…` : value;
  return JSON.stringify(kept).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
