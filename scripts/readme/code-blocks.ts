import { extname } from "node:path";

const languages: Readonly<Record<string, string>> = {
  "": "sh",
  ".java": "java",
  ".cpp": "cpp",
  ".json": "json",
  ".mjs": "js",
  ".go": "go",
  ".py": "py",
  ".rs": "rust",
  ".sh": "sh",
  ".toml": "toml",
  ".ts": "ts",
  ".xml": "xml",
  ".yaml": "yaml",
  // CMakeLists.txt
  ".txt": "cmake",
};
const block = /^<!-- code: (?<path>\S+) -->\n```[a-z]*\n(?<code>[\s\S]*?)^```$/gm;
const marker = /^<!-- code: /gm;

/**
 * Fills the code blocks of a Markdown text from files. Such a block has a line `<!-- code: <path> -->` right
 * before it.
 *
 * @param readCode gives the content of the file at a path
 * @returns the text with all its blocks filled, and the paths of those that were not up to date
 * @throws Error when a marker has no block after it
 */
export function fillCodeBlocks(
  markdown: string,
  readCode: (path: string) => string,
): { readonly markdown: string; readonly stale: readonly string[] } {
  const stale: string[] = [];
  let blocks = 0;
  const filled = markdown.replace(block, (before: string, path: string) => {
    const after = `<!-- code: ${path} -->\n\`\`\`${languages[extname(path)] ?? ""}\n${readCode(path).trimEnd()}\n\`\`\``;
    blocks += 1;
    if (before !== after) stale.push(path);
    return after;
  });
  const markers = markdown.match(marker)?.length ?? 0;
  if (markers !== blocks) {
    throw new Error(
      `expected a code block in the line after each "<!-- code: … -->", got ${markers} markers and ${blocks} blocks`,
    );
  }
  return { markdown: filled, stale };
}
