import { create } from "@bufbuild/protobuf";
import type { Interceptor } from "@connectrpc/connect";
import {
  type CallResourceRequest,
  type CallResourceResponse,
  CallResourceResponseSchema,
} from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { streamAnswer } from "../call/answer-by-interceptor.ts";
import { readRequestContext } from "../context/read-request-context.ts";
import { type AccessRules, accessRules, checkAccess } from "./access-rules.ts";

/**
 * Makes an interceptor that puts rules of access before all resources of a plugin, whatever serves them:
 * `servePlugin([plugin], { interceptors: [resourceAccess({ role: "Editor" })] })`. Others get 401 or 403, as JSON with a
 * `message`. Calls other than `callResource` pass.
 *
 * @throws PluginError `invalid_option` as `requireAccess`
 */
export function resourceAccess(rules: AccessRules): Interceptor {
  const checked = accessRules(rules);
  return (next) => async (request) => {
    if (!request.stream || request.method.name !== "CallResource") return next(request);
    const messages: CallResourceRequest[] = [];
    for await (const message of request.message) messages.push(message as CallResourceRequest);
    const [message] = messages;
    if (message === undefined) return next(request);
    const call = { signal: request.signal, requestHeader: request.header };
    const refusal = await checkAccess(readRequestContext("callResource", message, call), checked);
    if (refusal === undefined) return next({ ...request, message: eachOf(messages) });
    const { status, message: text } = refusal;
    const answer = create(CallResourceResponseSchema, {
      code: status,
      headers: { "Content-Type": { values: ["application/json"] } },
      body: new TextEncoder().encode(JSON.stringify({ message: text })),
    });
    return streamAnswer(request, eachOf<CallResourceResponse>([answer]));
  };
}

async function* eachOf<T>(messages: readonly T[]): AsyncGenerator<T> {
  yield* messages;
}
