import { create } from "@bufbuild/protobuf";
import type { Interceptor, UnaryResponse } from "@connectrpc/connect";
import {
  Data,
  DataFrameFormat,
  type DataResponse,
  DataResponseSchema,
  type QueryDataRequest,
  type QueryDataResponse,
  QueryDataResponseSchema,
} from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { messageOf } from "../../errors.ts";
import { createFrame } from "../../frames/create-frame.ts";
import { encodeFrame } from "../../frames/frame-codec.ts";
import { describeFailure } from "../../v2/responses/data-response.ts";
import { unaryAnswer } from "../call/answer-by-interceptor.ts";
import { createHarRecorder, type HarRecorder, type HarRecorderOptions } from "./har-recorder.ts";
import { recorderKey } from "./har-recorder-of.ts";

/**
 * An interceptor of plugins: records the outgoing requests of a `queryData` call whose header `X-Grafana-HAR-Capture` is
 * `true`, for Grafana's diagnostics, and adds the recording to the answer under the refId `__har__<uid of the data
 * source>`, as the Go SDK does. Other calls, and answers without outgoing requests, stay as they are.
 *
 * A handler that fails after outgoing requests is answered with the recording alone, which then has the error; the host
 * would drop a recording beside a failed call.
 */
export function captureHar(options: HarRecorderOptions = {}): Interceptor {
  return (next) => async (request) => {
    if (request.stream || request.method.name !== "QueryData" || request.service.typeName !== Data.typeName) {
      return next(request);
    }
    const message = request.message as QueryDataRequest;
    if (message.headers["X-Grafana-HAR-Capture"] !== "true") return next(request);
    const recorder = createHarRecorder(options);
    request.contextValues.set(recorderKey, recorder);
    const answered = await next(request).then(
      (response) => ({ response }),
      (reason: unknown) => ({ reason }),
    );
    if (recorder.size === 0) {
      if ("reason" in answered) throw answered.reason;
      return answered.response;
    }
    const refId = `__har__${message.pluginContext?.dataSourceInstanceSettings?.uid ?? ""}`;
    if ("reason" in answered) {
      const entry = await harResponse(refId, recorder, message.format, answered);
      return unaryAnswer(request, create(QueryDataResponseSchema, { responses: { [refId]: entry } }));
    }
    const response = answered.response as UnaryResponse;
    const { responses } = response.message as QueryDataResponse;
    // A query of the user may have the same name: its data comes first.
    if (!Object.hasOwn(responses, refId)) {
      responses[refId] = await harResponse(refId, recorder, message.format);
    }
    // Another object, so that what was added is sent.
    return { ...response, message: response.message, header: response.header, trailer: response.trailer };
  };
}

async function harResponse(
  refId: string,
  recorder: HarRecorder,
  format: DataFrameFormat,
  failed?: { readonly reason: unknown },
): Promise<DataResponse> {
  const custom = {
    har: JSON.stringify(recorder.toHar()),
    ...(failed === undefined ? {} : { queryError: messageOf(failed.reason) }),
  };
  const isJson = format === DataFrameFormat.JSON;
  const frame = createFrame({ name: refId, fields: [], meta: { custom } });
  return create(DataResponseSchema, {
    status: 200,
    ...(failed === undefined ? {} : describeFailure(failed.reason)),
    frames: [await encodeFrame(frame, { format: isJson ? "json" : "arrow", refId })],
    format: isJson ? DataFrameFormat.JSON : DataFrameFormat.ARROW,
  });
}
