/** A secret that each way to write a text spells in its own way. */
export const oddSecret = '?>~hunter2 "ö"\n';

/** {@link oddSecret} as programs write it: written out, so that no test compares our encoding with itself. */
export const spelledSecret: Readonly<Record<string, string>> = {
  plain: oddSecret,
  JSON: '?>~hunter2 \\"ö\\"\\n',
  "a URL": "%3F%3E~hunter2%20%22%C3%B6%22%0A",
  "a form": "%3F%3E%7Ehunter2+%22%C3%B6%22%0A",
  base64: "Pz5+aHVudGVyMiAiw7YiCg==",
  "base64 of a URL": "Pz5-aHVudGVyMiAiw7YiCg",
};
