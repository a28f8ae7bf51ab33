import type { CallResourceResponse } from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { observed, traceHeaders } from "../calls/observed.ts";
import { pluginFailure } from "../calls/plugin-failure.ts";
import { v2ClientOf } from "../calls/plugin-of.ts";
import type { Target } from "../calls/target.ts";
import type { GatewayCore } from "../gateway-core.ts";
import { decodePart } from "../http/create-router.ts";
import type { Answer } from "../http/http-call.ts";
import { HttpFailure } from "../http/http-failure.ts";
import type { RouteCall } from "../http/route.ts";
import { resourceRequestHeaders } from "./request-headers.ts";
import { resourceResponseHeaders } from "./response-headers.ts";

/**
 * Passes a request on to a plugin. The answer begins with the plugin's first message, and its body is sent message by
 * message. The body of the request is read first: the protocol carries it in one piece.
 *
 * @param rest the path of the resource, as sent
 * @throws HttpFailure
 */
export async function answerResource(
  core: GatewayCore,
  call: RouteCall,
  target: Target,
  rest: string = call.rest,
): Promise<Answer> {
  const { slot, source } = target;
  const path = decodePart(rest);
  if (/(^|[/\\])\.{1,2}([/\\]|$)/.test(path) || path.includes("\0")) {
    throw new HttpFailure(400, "expected a path without . and .. parts");
  }
  const body = await call.body(core.settings.limits.maxBodyBytes);
  try {
    return await observed(core, target, "callResource", async () => {
      const client = await v2ClientOf(slot, core);
      const parts = client.resource
        .callResource(
          {
            pluginContext: core.contextOf(call, slot.info, source),
            path,
            url: call.query === "" ? rest : `${rest}?${call.query}`,
            method: call.method,
            headers: resourceRequestHeaders(call, source),
            body,
          },
          { signal: call.signal, headers: traceHeaders(call.trace) },
        )
        [Symbol.asyncIterator]();
      const first = await parts.next();
      if (first.done === true) {
        throw new HttpFailure(500, "The plugin sent no answer", { messageId: "plugin.emptyResponse" });
      }
      return await answerOf(core, first.value, parts);
    });
  } catch (error) {
    throw pluginFailure(error, core.settings.style);
  }
}

async function answerOf(
  { turnEnd }: GatewayCore,
  { code, headers, body }: CallResourceResponse,
  others: AsyncIterator<CallResourceResponse>,
): Promise<Answer> {
  if (code < 200 || code > 599) {
    throw new HttpFailure(500, `The plugin answered with the status ${code}, expected one from 200 to 599`);
  }
  const second = others.next();
  const isWhole = await Promise.race([
    second.then(
      ({ done }) => done === true,
      () => false,
    ),
    turnEnd().then(() => false),
  ]);
  return {
    status: code,
    headers: resourceResponseHeaders(headers, code),
    // What is all there is sent with its length, and in one write.
    body: isWhole ? body : bodyOf(body, second, others),
  };
}

async function* bodyOf(
  first: Uint8Array,
  second: Promise<IteratorResult<CallResourceResponse>>,
  others: AsyncIterator<CallResourceResponse>,
): AsyncGenerator<Uint8Array> {
  let isOver = false;
  try {
    if (first.length > 0) yield first;
    for (let next = await second; next.done !== true; next = await others.next()) {
      if (next.value.body.length > 0) yield next.value.body;
    }
    isOver = true;
  } finally {
    // A client that leaves cancels the call of the plugin.
    if (!isOver) await others.return?.();
  }
}
