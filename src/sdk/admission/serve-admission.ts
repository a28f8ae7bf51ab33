import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type AdmissionRequest,
  AppInstanceSettingsSchema,
  DataSourceInstanceSettingsSchema,
  AdmissionRequest_Operation as Operation,
} from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { messageOf } from "../../errors.ts";
import { functionOption, objectOption } from "../../option-checks.ts";
import type { PluginImpl } from "../../protocol.ts";
import { QueryError } from "../../v2/responses/query-error.ts";
import type { V2 } from "../../v2/v2.ts";
import { answerObject } from "../call/answer-object.ts";
import { type CallSource, plainCalls, withCall } from "../call/call-source.ts";
import type { HandlerCall } from "../call/handler-call.ts";

/** An object that a host is about to store. */
export interface AdmissionInput {
  readonly operation: "create" | "delete" | "update";
  /** Empty texts if the host sends none. */
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  /**
   * The object: parsed JSON, or for the kinds `DataSourceInstanceSettings` and `AppInstanceSettings` the message of
   * `./v2`, in which Grafana sends the settings of a plugin, with secrets. `undefined` for a deletion.
   */
  readonly object: unknown;
  /** The stored object; `undefined` for a creation. */
  readonly oldObject: unknown;
}

/** Why an object is refused. */
export interface AdmissionProblem {
  /** Text for people. */
  readonly message: string;
  /** One word for programs, such as `Invalid`. Default: none. */
  readonly reason?: string | undefined;
  /** An HTTP status. Default 400. */
  readonly code?: number | undefined;
}

/** The answer of `validate`. Nothing: the object may be stored. */
export interface ValidationAnswer {
  /** Refuses the object. */
  readonly refused?: AdmissionProblem | undefined;
  /** Notes for the caller, in any case. Short ones: hosts may cut them after 120 characters. */
  readonly warnings?: readonly string[] | undefined;
}

/** The answer of `mutate`. Nothing: the object is stored as it is. */
export interface MutationAnswer extends ValidationAnswer {
  /** The object to store, in the form of `AdmissionInput.object`. Default: as it was sent. */
  readonly object?: unknown;
}

type Answer<T> = T | undefined | Promise<T | undefined>;

/** Checks and changes what a host stores. The host may call without settings, so there is no instance. */
export interface AdmissionHandlers {
  readonly validate?: ((input: AdmissionInput, call: HandlerCall) => Answer<ValidationAnswer>) | undefined;
  readonly mutate?: ((input: AdmissionInput, call: HandlerCall) => Answer<MutationAnswer>) | undefined;
}

/** The handlers of the service `admission`. */
export interface AdmissionService extends NonNullable<PluginImpl<V2>["admission"]> {}

/**
 * Answers `validateAdmission` and `mutateAdmission`, those that are given. What a handler throws fails the call: to
 * refuse an object return `refused`.
 *
 * @throws PluginError `invalid_option`
 */
export function serveAdmission(handlers: AdmissionHandlers): AdmissionService {
  const { validate, mutate } = objectOption("admission", handlers, "an object such as { validate, mutate }");
  const source: CallSource<undefined, undefined> = plainCalls;
  return {
    ...(validate !== undefined && {
      validateAdmission: (request, context) =>
        withCall(source, request, context, async (call) =>
          toResponse(
            checkAnswer(
              "validate",
              await functionOption("admission.validate", validate)(readInput(request), call),
            ),
          ),
        ),
    }),
    ...(mutate !== undefined && {
      mutateAdmission: (request, context) =>
        withCall(source, request, context, async (call) => {
          const handler = functionOption("admission.mutate", mutate);
          const answer = checkAnswer("mutate", await handler(readInput(request), call));
          const response = toResponse(answer);
          if (!response.allowed) return response;
          const { object } = answer;
          return {
            ...response,
            objectBytes: object === undefined ? request.objectBytes : encodeObject(kindOf(request), object),
          };
        }),
    }),
  };
}

const operations: Readonly<Record<Operation, AdmissionInput["operation"]>> = {
  [Operation.CREATE]: "create",
  [Operation.UPDATE]: "update",
  [Operation.DELETE]: "delete",
};

function readInput(request: AdmissionRequest): AdmissionInput {
  const { operation, kind, objectBytes, oldObjectBytes } = request;
  const name = kindOf(request);
  return {
    operation: operations[operation] ?? "update",
    kind: { group: kind?.group ?? "", version: kind?.version ?? "", kind: kind?.kind ?? "" },
    object: decodeObject("object", name, objectBytes),
    oldObject: decodeObject("old object", name, oldObjectBytes),
  };
}

/** The group of kinds whose objects are messages of the protocol. */
const messageGroup = "grafana-plugin-sdk-go";

type SettingsSchema = typeof AppInstanceSettingsSchema | typeof DataSourceInstanceSettingsSchema;

/** The message of an object; `undefined` for JSON. */
function kindOf({ kind }: AdmissionRequest): SettingsSchema | undefined {
  if (kind?.group !== messageGroup) return undefined;
  if (kind.kind === "DataSourceInstanceSettings") return DataSourceInstanceSettingsSchema;
  return kind.kind === "AppInstanceSettings" ? AppInstanceSettingsSchema : undefined;
}

function decodeObject(what: string, schema: SettingsSchema | undefined, bytes: Uint8Array): unknown {
  if (bytes.length === 0) return undefined;
  try {
    return schema === undefined ? JSON.parse(new TextDecoder().decode(bytes)) : fromBinary(schema, bytes);
  } catch (reason) {
    const expected = schema === undefined ? "JSON" : `a message ${schema.typeName}`;
    // A message has secrets, and JSON may: the parser quotes the text around the error.
    const place = /at position \d+/.exec(messageOf(reason))?.[0] ?? "before its end";
    throw new QueryError(
      `admission: expected ${expected} as the ${what}, got ${bytes.length} bytes that are not (${place})`,
      { status: 400, errorSource: "downstream" },
    );
  }
}

function encodeObject(schema: SettingsSchema | undefined, object: unknown): Uint8Array {
  if (schema !== undefined) return toBinary(schema, create(schema, object as never));
  const text: string | undefined = JSON.stringify(object);
  if (text !== undefined) return new TextEncoder().encode(text);
  throw new TypeError(`admission: expected a JSON value as object, got a ${typeof object}`);
}

/** Kubernetes' own answer has `allowed`, which would be ignored here. */
function checkAnswer<Answer extends ValidationAnswer>(
  handler: "mutate" | "validate",
  given: Answer | undefined,
): Partial<Answer> {
  const answer = answerObject(`admission.${handler}`, "it to return { refused, warnings }", given);
  if (!("allowed" in answer)) return answer;
  throw new TypeError(
    `admission.${handler}: expected { refused, warnings }, got an answer with allowed: to refuse the object return { refused: { message } }`,
  );
}

function toResponse({ refused, warnings = [] }: ValidationAnswer) {
  if (refused === undefined) return { allowed: true, warnings: [...warnings] };
  const { message, reason = "", code = 400 } = refused;
  return { allowed: false, warnings: [...warnings], result: { status: "Failure", message, reason, code } };
}
