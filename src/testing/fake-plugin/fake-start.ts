import type { Socket } from "node:net";
import { createInterface } from "node:readline";

/** What a process of a fake plugin sends when it starts. */
export interface Hello {
  readonly pid: number;
  readonly env: Readonly<Record<string, string>>;
  readonly args: readonly string[];
}

/** One process of a fake plugin, which a host started. */
export interface FakeStart extends Hello {
  /** The major that was agreed on. */
  readonly protocolVersion: number;
  /** Writes to the stderr of the process, where hosts expect log lines. */
  log(text: string): void;
  /** Writes to its stdout. */
  print(text: string): void;
  /** Ends it, as by itself. Default exit code 0. */
  exit(code?: number): void;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
}

/** What the process is told. */
export interface Order {
  /** The socket in the test that its connections are passed on to. */
  readonly listen?: string;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exit?: number;
}

/** The control connection of a process. */
export interface Control {
  readonly hello: Hello;
  send(order: Order): void;
  /** The next message of the process; `undefined` when it has ended. */
  next(): Promise<Readonly<Record<string, unknown>> | undefined>;
  readonly ended: Promise<void>;
}

/** Waits for the first message of a process. @returns `undefined` if it ended before. */
export async function openControl(socket: Socket): Promise<Control | undefined> {
  const ended = new Promise<void>((resolve) => {
    socket.once("close", () => resolve());
  });
  // The process was killed: `ended` says so.
  socket.on("error", () => {});
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const next = async (): Promise<Readonly<Record<string, unknown>> | undefined> => {
    const { done, value } = await lines.next();
    return done ? undefined : (JSON.parse(value) as Readonly<Record<string, unknown>>);
  };
  const hello = await next();
  if (hello === undefined) return undefined;
  return {
    hello: hello as unknown as Hello,
    send: (order) => {
      if (!socket.destroyed) socket.write(`${JSON.stringify(order)}\n`);
    },
    next,
    ended,
  };
}
