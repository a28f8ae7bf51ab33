import { Code, createClient, type Transport } from "@connectrpc/connect";
import { ServerReflection as V1 } from "../../../gen/es/go-plugin/grpc/reflection/v1/reflection_pb.js";
import { ServerReflection as V1Alpha } from "../../../gen/es/go-plugin/grpc/reflection/v1alpha/reflection_pb.js";
import { millisecondsOption, objectOption } from "../../option-checks.ts";
import { rpcError, rpcErrorFrom } from "../../rpc-error.ts";
import { untilAborted } from "../until-aborted.ts";
import { defaultHealthTimeoutMs } from "./ping-plugin.ts";

export interface ListServicesOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long the plugin may take to answer. Default 5000. */
  readonly timeoutMs?: number | undefined;
}

/**
 * The full names of all services that a plugin has, go-plugin's own included, in alphabetical order: by reflection v1,
 * or by v1alpha for older plugins.
 *
 * @returns `undefined` if the plugin has no reflection, like most plugins that are not written in Go; its services are
 *   then unknown
 * @throws ConnectError when there is no answer, or when the plugin answers with an error. PluginError
 *   `invalid_option`.
 */
export async function listServices(
  transport: Transport,
  options: ListServicesOptions = {},
): Promise<readonly string[] | undefined> {
  const { timeoutMs = defaultHealthTimeoutMs } = objectOption(
    "the options of services",
    options,
    "an object",
  );
  millisecondsOption("timeoutMs", timeoutMs);
  return (await listBy(transport, V1, options)) ?? (await listBy(transport, V1Alpha, options));
}

async function listBy(
  transport: Transport,
  service: typeof V1 | typeof V1Alpha,
  { signal, timeoutMs = defaultHealthTimeoutMs }: ListServicesOptions,
): Promise<readonly string[] | undefined> {
  const leave = new AbortController();
  const answers = createClient(service, transport).serverReflectionInfo(questions(leave.signal), {
    signal: signal === undefined ? leave.signal : AbortSignal.any([leave.signal, signal]),
    timeoutMs,
  });
  try {
    for await (const { messageResponse } of answers) {
      if (messageResponse.case === "listServicesResponse") {
        return messageResponse.value.service.map(({ name }) => name).sort();
      }
      if (messageResponse.case === "errorResponse") {
        const { errorCode, errorMessage } = messageResponse.value;
        throw rpcError(errorMessage, errorCode);
      }
    }
  } catch (reason) {
    if (rpcErrorFrom(reason).code === Code.Unimplemented) return undefined;
    throw reason;
  } finally {
    // One answer is enough; leaving the loop over Connect's stream does not end the call.
    leave.abort();
  }
  throw rpcError("the plugin ended reflection without an answer", Code.Internal);
}

/** Stays open after its one request: some servers end the call when the first half closes. */
async function* questions(
  signal: AbortSignal,
): AsyncGenerator<{ messageRequest: { case: "listServices"; value: string } }> {
  yield { messageRequest: { case: "listServices", value: "*" } };
  await untilAborted(signal);
}
