import type { HandlerContext } from "@connectrpc/connect";

/**
 * The values of a metadata key of a call, in their order. Without `Headers` where the transport is our own, because
 * making them costs as much as the rest of a small call. Elsewhere several values come as one, joined by a comma and a
 * blank.
 *
 * @param name in lower case
 */
export function requestFields(
  context: Pick<HandlerContext, "requestHeader">,
  name: string,
): readonly string[] {
  const { requestFields: read } = context as {
    readonly requestFields?: (this: unknown, name: string) => readonly string[];
  };
  if (typeof read === "function") return read.call(context, name);
  const value = context.requestHeader.get(name);
  return value === null ? [] : [value];
}
