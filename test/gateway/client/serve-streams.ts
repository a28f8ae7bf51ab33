import * as http from "node:http";
import type { TestContext } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createGatewayClient, type GatewayClient } from "grafana-plugin-protocol/gateway/client";
import { listening } from "../../helpers/listening.ts";

/** A connection of a client, as the server has it. */
export interface ServedStream {
  readonly request: http.IncomingMessage;
  readonly response: http.ServerResponse;
  /** Sends the status and header of a stream, and then the text byte by byte. */
  readonly send: (text: string) => Promise<void>;
  /** Resolves when the client has gone, or the server has ended the answer. */
  readonly closed: Promise<void>;
}

export interface StreamServer {
  readonly url: string;
  readonly client: GatewayClient;
  /** Every request so far. */
  readonly streams: readonly ServedStream[];
}

/** Serves the paths of a gateway by functions: the first answers the first request, the last one all others as well. */
export async function serveStreams(
  t: TestContext,
  ...answers: readonly ((stream: ServedStream) => unknown)[]
): Promise<StreamServer> {
  const streams: ServedStream[] = [];
  const url = await listening(
    t,
    http.createServer((request, response) => {
      const closed = new Promise<void>((resolve) => response.once("close", resolve));
      const stream: ServedStream = {
        request,
        response,
        closed,
        send: async (text) => {
          if (!response.headersSent) response.writeHead(200, { "content-type": "text/event-stream" });
          for (const byte of Buffer.from(text)) {
            response.write(Buffer.of(byte));
            // Bytes of one turn of the event loop would come as one part.
            await nextTurn();
          }
        },
      };
      streams.push(stream);
      // A client may go while an answer is sent.
      response.on("error", () => {});
      void Promise.resolve(answers[Math.min(streams.length, answers.length) - 1]?.(stream)).catch(() =>
        response.destroy(),
      );
    }),
  );
  return { url, streams, client: createGatewayClient({ url, token: "t0ken" }) };
}

/** Answers with a status and JSON. */
export function refuseWith(status: number, body: object, headers: Readonly<Record<string, string>> = {}) {
  return ({ response }: ServedStream): void => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };
}
