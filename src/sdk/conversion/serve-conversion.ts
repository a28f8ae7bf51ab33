import type { ConversionRequest, RawObject } from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { messageOf } from "../../errors.ts";
import { objectOption } from "../../option-checks.ts";
import type { PluginImpl } from "../../protocol.ts";
import { QueryError } from "../../v2/responses/query-error.ts";
import type { V2 } from "../../v2/v2.ts";
import { plainCalls, withCall } from "../call/call-source.ts";
import type { HandlerCall } from "../call/handler-call.ts";

/** Objects that a host needs in another version. */
export interface ConversionInput {
  /** The version that the objects shall have; empty texts if the host sends none. */
  readonly targetVersion: { readonly group: string; readonly version: string };
  /** The objects, parsed. */
  readonly objects: readonly unknown[];
}

/** A query that a host has stored, in the form that an older version of the plugin saved. */
export interface StoredQuery {
  readonly refId: string;
  readonly queryType: string;
  /** The query as its editor saved it. */
  readonly model: Readonly<Record<string, unknown>>;
}

/** What converts stored objects and queries. The host may call without settings, so there is no instance. */
export interface ConversionHandlers {
  /** Returns the converted objects, in the order of the input. */
  readonly convert?:
    | ((input: ConversionInput, call: HandlerCall) => readonly unknown[] | Promise<readonly unknown[]>)
    | undefined;
  /** Returns stored queries in the form of this version of the plugin, as JSON objects with their `refId`. */
  readonly migrateQueries?:
    | ((queries: readonly StoredQuery[], call: HandlerCall) => readonly object[] | Promise<readonly object[]>)
    | undefined;
}

/** The handlers of the service `conversion`. */
export type ConversionService = Required<NonNullable<PluginImpl<V2>["conversion"]>>;

/**
 * Answers `convertObjects`. Objects that are requests of queries go to `migrateQueries` if there is one, all queries in
 * one list, as hosts expect; all others go to `convert`.
 *
 * @throws PluginError `invalid_option`
 */
export function serveConversion(handlers: ConversionHandlers): ConversionService {
  const { convert, migrateQueries } = objectOption("conversion", handlers, "an object such as { convert }");
  return {
    convertObjects: (request, context) =>
      withCall(plainCalls, request, context, async (call) => {
        const objects = request.objects.map(parseObject);
        if (migrateQueries !== undefined && objects.length > 0) {
          const lists = objects.map(queriesOf);
          if (lists.every((list) => list !== undefined)) {
            const migrated: unknown = await migrateQueries(lists.flat(), call);
            if (!Array.isArray(migrated)) {
              throw new TypeError(`migrateQueries: expected a list of queries, got ${typeof migrated}`);
            }
            // Without the uid, as the Go SDK.
            return { objects: migrated.map(encodeObject) };
          }
        }
        if (convert === undefined) {
          throw new QueryError(
            "expected requests of queries, got other objects, which this plugin does not convert",
            {
              status: 400,
            },
          );
        }
        const converted: unknown = await convert({ targetVersion: targetOf(request), objects }, call);
        if (!Array.isArray(converted) || converted.length !== objects.length) {
          const got = Array.isArray(converted) ? `${converted.length} of them` : typeof converted;
          throw new TypeError(`convert: expected a list of ${objects.length} objects, got ${got}`);
        }
        return { uid: request.uid, result: { status: "Success" }, objects: converted.map(encodeObject) };
      }),
  };
}

const json = "application/json";

function targetOf({ targetVersion }: ConversionRequest): ConversionInput["targetVersion"] {
  return { group: targetVersion?.group ?? "", version: targetVersion?.version ?? "" };
}

function parseObject({ raw, contentType }: RawObject, index: number): unknown {
  if (contentType !== json && contentType !== "") {
    throw new QueryError(
      `object ${index}: expected ${json}, got the content type ${JSON.stringify(contentType)}`,
      {
        status: 415,
      },
    );
  }
  try {
    return JSON.parse(new TextDecoder().decode(raw));
  } catch (reason) {
    const place = /at position \d+/.exec(messageOf(reason))?.[0] ?? "before its end";
    throw new QueryError(`object ${index}: expected JSON, got ${raw.length} bytes that are not (${place})`, {
      status: 400,
      errorSource: "downstream",
    });
  }
}

function encodeObject(object: unknown, index: number): { raw: Uint8Array; contentType: string } {
  const text: string | undefined = JSON.stringify(object);
  if (text === undefined)
    throw new TypeError(`object ${index}: expected a JSON value, got a ${typeof object}`);
  return { raw: new TextEncoder().encode(text), contentType: json };
}

/** The queries of a request in JSON; `undefined` for any other object. */
function queriesOf(object: unknown): readonly StoredQuery[] | undefined {
  const list = member(object, "queries");
  return Array.isArray(list) ? list.map(toStoredQuery) : undefined;
}

/**
 * Hosts written in Go send the fields of the Go SDK's struct, with the query below `JSON`; a request as the frontend
 * sends it has the query itself.
 */
function toStoredQuery(query: unknown): StoredQuery {
  const own = member(query, "json");
  const model = (typeof own === "object" && own !== null ? own : query) as StoredQuery["model"];
  return {
    refId: textOf(query, "refId"),
    queryType: textOf(query, "queryType"),
    model,
  };
}

function textOf(object: unknown, name: string): string {
  const value = member(object, name);
  return typeof value === "string" ? value : "";
}

/** Without regard to case, as Go reads JSON. */
function member(object: unknown, name: string): unknown {
  if (typeof object !== "object" || object === null) return undefined;
  const key = Object.keys(object).find((each) => each.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : (object as Readonly<Record<string, unknown>>)[key];
}
