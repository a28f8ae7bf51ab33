import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A connection to the raw server. */
interface RawClient {
  /** Sends a request beside those of other callers; resolves with the answer. */
  readonly call: () => Promise<void>;
  readonly close: () => void;
}

/**
 * Starts a raw server for one size of request and of answer. Answers that fill many reads are read into one buffer, the
 * fastest way in Node.
 */
export async function startRaw(
  server: readonly string[],
  requestBytes: number,
  answerBytes: number,
): Promise<RawClient> {
  const folder = mkdtempSync(join(tmpdir(), "bench-raw-"));
  const path = join(folder, "raw.sock");
  const [program = "", ...args] = server;
  const child = spawn(program, [...args, path, String(requestBytes), String(answerBytes)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");

  const waiting: (() => void)[] = [];
  let got = 0;
  const onBytes = (count: number): void => {
    got += count;
    for (; got >= answerBytes; got -= answerBytes) waiting.shift()?.();
  };
  const socket = connectTo(path, answerBytes > 1 << 16, onBytes);
  await once(socket, "connect");
  const requests = createRequests(socket, requestBytes);
  return {
    call: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        requests.add();
      }),
    close: () => {
      socket.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function connectTo(path: string, isLarge: boolean, onBytes: (count: number) => void): Socket {
  if (!isLarge) return connect({ path }).on("data", (chunk) => onBytes(chunk.length));
  const callback = (count: number): boolean => {
    onBytes(count);
    return true;
  };
  return connect({ path, onread: { buffer: Buffer.alloc(256 << 10), callback } });
}

/** Requests that are made in one turn are written at once. */
function createRequests(socket: Socket, bytes: number): { readonly add: () => void } {
  let count = 0;
  const write = (): void => {
    socket.write(Buffer.alloc(count * bytes, 1));
    count = 0;
  };
  return {
    add: () => {
      if (count++ === 0) queueMicrotask(write);
    },
  };
}
