/** Characters of the other side's text in an error: enough for any address that can be dialled. */
const maxChars = 300;

/** Cuts a text for an error, so that what follows it is read. */
export function cutText(text: string): string {
  return text.length > maxChars ? `${text.slice(0, maxChars)}…` : text;
}
