/** A `curl` line of a page and what it prints there. */
export interface CurlLine {
  readonly command: string;
  /** The text after `# → ` in the next line. */
  readonly prints: string;
}

/**
 * The `curl` lines of a Markdown text that show what they print.
 *
 * @throws Error for a line in a block of `sh` that does not
 */
export function curlLines(markdown: string): readonly CurlLine[] {
  const blocks = [...markdown.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
  return blocks.flatMap((block) => {
    const lines = block.split("\n");
    return lines.flatMap((command, index) => {
      if (!command.startsWith("curl ")) return [];
      const prints = /^# → (.*)$/.exec(lines[index + 1] ?? "")?.[1];
      if (prints === undefined) throw new Error(`expected a line "# → …" after: ${command}`);
      return [{ command, prints }];
    });
  });
}
