const placeholder = "[secret]";
/** A shorter secret would be found in ordinary words. */
const minLength = 4;

/**
 * Makes the list for {@link hideSecretValues} of the values of secrets: those of at least four characters, the longest
 * first, because one may contain another.
 */
export function secretTexts(values: readonly string[]): readonly string[] {
  return values.filter(({ length }) => length >= minLength).sort((a, b) => b.length - a.length);
}

/**
 * Replaces secrets in a text by `[secret]`: an error of a driver or an HTTP client may quote a token or a connection
 * string.
 *
 * @param secrets made by {@link secretTexts}
 */
export function hideSecretValues(text: string, secrets: readonly string[]): string {
  let hidden = text;
  for (const secret of secrets) hidden = hidden.replaceAll(secret, placeholder);
  return hidden;
}
