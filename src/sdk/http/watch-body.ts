/** What happens to a body, for {@link watchBody}. */
export interface BodyWatch {
  /** Called for each piece; what it throws ends the body with that error. */
  readonly onBytes: (bytes: number) => void;
  /** Called once: at the end, at an error, or when the reader has cancelled. */
  readonly onEnd: () => void;
  /** The error that the reader sees in place of this one. */
  readonly toError: (reason: unknown) => unknown;
}

/** The same response, watched: its body is read as fast as its reader asks for it. */
export function watchBody(response: Response, watch: BodyWatch): Response {
  const { status, statusText, headers } = response;
  if (response.body === null) {
    watch.onEnd();
    return response;
  }
  const reader = response.body.getReader();
  const fail = (reason: unknown): unknown => {
    watch.onEnd();
    return watch.toError(reason);
  };
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        let piece: Awaited<ReturnType<typeof reader.read>>;
        try {
          piece = await reader.read();
        } catch (reason) {
          controller.error(fail(reason));
          return;
        }
        if (piece.done) {
          watch.onEnd();
          controller.close();
          return;
        }
        try {
          watch.onBytes(piece.value.byteLength);
          controller.enqueue(piece.value);
        } catch (reason) {
          watch.onEnd();
          controller.error(reason);
          await reader.cancel(reason).catch(() => {});
        }
      },
      async cancel(reason) {
        watch.onEnd();
        await reader.cancel(reason).catch(() => {});
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { status, statusText, headers });
}
