import type { IncomingMessage } from "node:http";

/** The value of a header of Node's server, by its name in lower case; several values are joined by `, `. */
export function readHeader({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "object" ? value.join(", ") : value;
}
