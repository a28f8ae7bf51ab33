import type { IncomingMessage, ServerResponse } from "node:http";
import { tooLarge } from "../http/fetch-call.ts";
import type { HttpCall } from "../http/http-call.ts";
import { HttpFailure } from "../http/http-failure.ts";
import { readHeader } from "../http/read-header.ts";
import { splitTarget } from "../http/split-target.ts";

/** A request of Node's server as a call. A class because there is one for each request. */
export class NodeCall implements HttpCall {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #expectsContinue: boolean;

  /** @param expectsContinue the client sends the body when it is told to */
  constructor(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean) {
    const { url = "/", method = "GET" } = request;
    const { path, query } = splitTarget(url);
    this.method = method;
    this.path = path;
    this.query = query;
    this.#request = request;
    this.#response = response;
    this.#expectsContinue = expectsContinue;
  }

  get remoteAddress(): string | undefined {
    return this.#request.socket.remoteAddress;
  }

  header(name: string): string | undefined {
    return readHeader(this.#request, name);
  }

  *headers(): Generator<readonly [string, string]> {
    const { rawHeaders } = this.#request;
    for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
      yield [rawHeaders[index] ?? "", rawHeaders[index + 1] ?? ""];
    }
  }

  onGone(listener: () => void): void {
    const response = this.#response;
    const onClose = (): void => {
      if (!response.writableFinished) listener();
    };
    if (response.closed) onClose();
    else response.once("close", onClose);
  }

  body(maxBytes: number): Promise<Uint8Array> {
    const request = this.#request;
    return new Promise((resolve, reject) => {
      // Refused before it is sent, where its length is known.
      if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw tooLarge(maxBytes);
      const parts: Uint8Array[] = [];
      let length = 0;
      request.on("data", (part: Buffer) => {
        length += part.length;
        if (length > maxBytes) {
          request.removeAllListeners("data").pause();
          reject(tooLarge(maxBytes));
          return;
        }
        parts.push(part);
      });
      request.once("end", () => {
        const [only] = parts;
        resolve(parts.length === 1 && only !== undefined ? only : Buffer.concat(parts));
      });
      request.once("error", (cause) => reject(new HttpFailure(400, "the body broke off", { cause })));
      request.once("close", () => {
        // It comes after each request, and an error that nobody needs costs time.
        if (!request.readableEnded) reject(new HttpFailure(400, "the body broke off"));
      });
      if (this.#expectsContinue) this.#response.writeContinue();
    });
  }
}
