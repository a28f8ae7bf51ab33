import { type Agent, request } from "node:http";

/** A request to the gateway. */
export interface Asking {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Uint8Array | undefined;
  /** The client goes when it has so many bytes of the answer. */
  readonly leavesAfter?: number | undefined;
  /** The client goes when it has sent so many bytes of the body, of more that it has announced. */
  readonly breaksOffAfter?: number | undefined;
}

/** What came back. */
export interface Asked {
  readonly status: number;
  readonly body: Buffer;
}

/**
 * Asks a gateway; resolves with `undefined` for a client that has gone as it should.
 *
 * @throws Error when the connection ends before the answer does
 */
export function ask(port: number, agent: Agent, asking: Asking): Promise<Asked | undefined> {
  const { method, path, headers = {}, body, leavesAfter, breaksOffAfter } = asking;
  return new Promise((resolve, reject) => {
    const announced = breaksOffAfter ?? (body === undefined ? undefined : Buffer.byteLength(body));
    const sent = request(
      {
        port,
        agent,
        method,
        path,
        headers: {
          ...headers,
          ...(announced === undefined
            ? {}
            : { "Content-Length": breaksOffAfter === undefined ? announced : 2 * announced }),
        },
      },
      (response) => {
        const parts: Buffer[] = [];
        let length = 0;
        response.on("data", (part: Buffer) => {
          parts.push(part);
          length += part.length;
          if (leavesAfter === undefined || length < leavesAfter) return;
          resolve(undefined);
          sent.destroy();
        });
        response.once("error", reject);
        response.once("end", () => {
          if (!response.complete) reject(new Error("the answer broke off"));
          else resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts) });
        });
      },
    );
    sent.once("error", reject);
    if (breaksOffAfter === undefined) {
      sent.end(body);
      return;
    }
    sent.write(new Uint8Array(breaksOffAfter), () => {
      resolve(undefined);
      sent.destroy();
    });
  });
}
