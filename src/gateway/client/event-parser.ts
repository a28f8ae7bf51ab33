import { createLineSplitter } from "./line-splitter.ts";

/** An event of a stream of server-sent events. */
export interface StreamEvent {
  /** `message` where it has no name. */
  readonly name: string;
  readonly data: string;
}

/** Reads a stream of server-sent events as the HTML standard says; ids are left out. */
export interface EventParser {
  /** The events that are complete with this part of the text. */
  readonly push: (part: string) => readonly StreamEvent[];
  /** How long the server asks clients to wait before they reconnect, if it does. */
  readonly retryMs: () => number | undefined;
}

export function createEventParser(): EventParser {
  const splitter = createLineSplitter();
  let name = "";
  let data: string[] = [];
  let retryMs: number | undefined;
  return {
    push: (part) => {
      const events: StreamEvent[] = [];
      for (const line of splitter.push(part)) {
        if (line === "") {
          if (data.length > 0) events.push({ name: name || "message", data: data.join("\n") });
          name = "";
          data = [];
          continue;
        }
        // A comment is a line whose name is empty.
        const colon = line.indexOf(":");
        const field = colon === -1 ? line : line.slice(0, colon);
        const value = colon === -1 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
        if (field === "data") data.push(value);
        else if (field === "event") name = value;
        else if (field === "retry" && /^\d{1,9}$/.test(value)) retryMs = Number(value);
      }
      return events;
    },
    retryMs: () => retryMs,
  };
}
