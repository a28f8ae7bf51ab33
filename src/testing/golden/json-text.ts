/** Indents JSON by two spaces, as Go does. Numbers keep their spelling, and with it each digit. */
export function indentJson(json: string): string {
  let text = "";
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const char = json[at] as string;
    if (char === '"') {
      const end = endOfText(json, at);
      text += json.slice(at, end);
      at = end - 1;
    } else if (char === "{" || char === "[") {
      const close = nextVisible(json, at + 1);
      if (json[close] === (char === "{" ? "}" : "]")) {
        text += char + json[close];
        at = close;
      } else text += `${char}${newLine(++depth)}`;
    } else if (char === "}" || char === "]") text += `${newLine(--depth)}${char}`;
    else if (char === ",") text += `,${newLine(depth)}`;
    else if (char === ":") text += ": ";
    else if (!isBlank(char)) text += char;
  }
  return text;
}

function newLine(depth: number): string {
  return `\n${"  ".repeat(depth)}`;
}

function endOfText(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
  return at + 1;
}

function nextVisible(json: string, start: number): number {
  let at = start;
  while (isBlank(json[at] ?? "")) at++;
  return at;
}

function isBlank(char: string): boolean {
  return char === " " || char === "\n" || char === "\t" || char === "\r";
}

/** Parses JSON, with integers that a double cannot hold as bigints, so that no digit is lost in a comparison. */
export function parseExactJson(text: string): unknown {
  return JSON.parse(text, function (
    this: unknown,
    _key: string,
    value: unknown,
    context?: { source?: string },
  ) {
    if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
    const source = context?.source ?? "";
    return /^-?\d+$/.test(source) ? BigInt(source) : value;
  } as (this: unknown, key: string, value: unknown) => unknown);
}
