/** Where a plugin says that it listens. */
export type ListenAddress =
  | { readonly network: "unix"; readonly path: string }
  | { readonly network: "tcp"; readonly host: string; readonly port: number };

/** A handshake line, read so tolerantly that checks can say what is wrong with it. */
export interface ReadLine {
  readonly text: string;
  readonly fields: readonly string[];
  readonly major: number;
  readonly address: ListenAddress;
  /** What was on stdout before it. */
  readonly before: string;
}

const looksRight = /^\s*\d+\|\d+\|(unix|tcp)\|[^|]+/;

/** Finds the first line of stdout that looks like a handshake line; `undefined` while there is none. */
export function readLine(stdout: string): ReadLine | undefined {
  let start = 0;
  for (let end = stdout.indexOf("\n"); end !== -1; end = stdout.indexOf("\n", start)) {
    const text = stdout.slice(start, end);
    if (looksRight.test(text)) return { ...parse(text), before: stdout.slice(0, start) };
    start = end + 1;
  }
  return undefined;
}

function parse(text: string): Omit<ReadLine, "before"> {
  const fields = text.trim().split("|");
  const [, major, network, address = ""] = fields;
  return {
    text,
    fields,
    major: Number(major),
    address: network === "unix" ? { network: "unix", path: address } : parseTcp(address),
  };
}

/** An empty host is this machine. */
function parseTcp(text: string): ListenAddress {
  const colon = text.lastIndexOf(":");
  const host = text.slice(0, colon).replace(/^\[|\]$/g, "");
  return { network: "tcp", host: host || "127.0.0.1", port: Number(text.slice(colon + 1)) };
}
