/** Makes lines of a text that comes in parts, which may begin and end anywhere. */
export interface LineSplitter {
  /** The lines that are complete with this part, without their ends: CR LF, LF or CR. */
  readonly push: (part: string) => readonly string[];
  /** The beginning of the line that is not complete. */
  readonly rest: () => string;
}

export function createLineSplitter(): LineSplitter {
  let rest = "";
  let endedWithCr = false;
  return {
    push: (part) => {
      // The second half of a line end whose first half was the last character of the part before.
      const text = endedWithCr && part.startsWith("\n") ? part.slice(1) : part;
      if (part !== "") endedWithCr = part.endsWith("\r");
      const lines = text.split(/\r\n|\n|\r/);
      lines[0] = rest + lines[0];
      rest = lines.pop() ?? "";
      return lines;
    },
    rest: () => rest,
  };
}
