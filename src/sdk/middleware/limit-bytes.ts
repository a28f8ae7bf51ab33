import { QueryError } from "../../v2/responses/query-error.ts";

/** The same bytes; the stream fails when there are more than `maxBytes`, and its source is cancelled. */
export function limitBytes(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  maxBytes: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let bytes = 0;
  return body.pipeThrough(
    new TransformStream({
      transform: (part, controller) => {
        bytes += part.byteLength;
        if (bytes <= maxBytes) controller.enqueue(part);
        else {
          controller.error(
            new QueryError(`the answer has more than the limit of ${maxBytes} bytes`, {
              status: 502,
              errorSource: "downstream",
            }),
          );
        }
      },
    }),
  );
}
