/**
 * Every message of ts-proto and the protobuf-es message of the same name are assignable to each other:
 * a ts-proto message is taken where a `MessageInitShape` is, and a `MessageShape` where a ts-proto message is.
 * The compiler proves it for all messages of a file at once; nothing here runs.
 */
import type { DescMessage, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import type * as esDatasource from "../../gen/es/v1/models/datasource_pb.js";
import type * as esRendererV1 from "../../gen/es/v1/models/renderer_pb.js";
import type * as esRendererV2 from "../../gen/es/v2/pluginextensionv2/rendererv2_pb.js";
import type * as esSanitizer from "../../gen/es/v2/pluginextensionv2/sanitizer_pb.js";
import type * as esBackend from "../../gen/es/v2/pluginv2/backend_pb.js";
import type * as esAdmission from "../../gen/es/v3/grafana/plugin/v3/admission_pb.js";
import type * as esCommon from "../../gen/es/v3/grafana/plugin/v3/common_pb.js";
import type * as esConversion from "../../gen/es/v3/grafana/plugin/v3/conversion_pb.js";
import type * as esRoute from "../../gen/es/v3/grafana/plugin/v3/route_pb.js";
import type * as tsDatasource from "../../gen/ts-proto/v1/models/datasource.js";
import type * as tsRendererV1 from "../../gen/ts-proto/v1/models/renderer.js";
import type * as tsRendererV2 from "../../gen/ts-proto/v2/pluginextensionv2/rendererv2.js";
import type * as tsSanitizer from "../../gen/ts-proto/v2/pluginextensionv2/sanitizer.js";
import type * as tsBackend from "../../gen/ts-proto/v2/pluginv2/backend.js";
import type * as tsAdmission from "../../gen/ts-proto/v3/grafana/plugin/v3/admission.js";
import type * as tsCommon from "../../gen/ts-proto/v3/grafana/plugin/v3/common.js";
import type * as tsConversion from "../../gen/ts-proto/v3/grafana/plugin/v3/conversion.js";
import type * as tsRoute from "../../gen/ts-proto/v3/grafana/plugin/v3/route.js";

/** The messages of a ts-proto file by name. Map entries are left out: protobuf-es has no type for them. */
type TsMessages<File> = {
  [Name in keyof File as Name extends `${string}Entry`
    ? never
    : File[Name] extends { decode: unknown; create: unknown }
      ? Name
      : never]: File[Name] extends { decode(...args: never[]): infer Message } ? Message : never;
};

/** The schemas of a protobuf-es file by the name of their message. */
type EsSchemas<File> = {
  [Key in keyof File as Key extends `${infer Name}Schema`
    ? File[Key] extends DescMessage
      ? Name
      : never
    : never]: File[Key];
};

type IsPair<Message, Schema> = Schema extends DescMessage
  ? [Message] extends [MessageInitShape<Schema>]
    ? [MessageShape<Schema>] extends [Message]
      ? true
      : false
    : false
  : false;

/** The names for which the two differ, or that only one of the two has. */
type Mismatches<TsFile, EsFile> = MismatchesOf<TsMessages<TsFile>, EsSchemas<EsFile>>;

type MismatchesOf<Messages, Schemas> =
  | Exclude<keyof Schemas, keyof Messages>
  | {
      [Name in keyof Messages]: Name extends keyof Schemas
        ? IsPair<Messages[Name], Schemas[Name]> extends true
          ? never
          : Name
        : Name;
    }[keyof Messages];

/** An error at a use of this names the messages that do not fit. */
type None<Names extends never> = Names;

export type V1 = [
  None<Mismatches<typeof tsDatasource, typeof esDatasource>>,
  None<Mismatches<typeof tsRendererV1, typeof esRendererV1>>,
];

export type V2 = [
  None<Mismatches<typeof tsBackend, typeof esBackend>>,
  None<Mismatches<typeof tsRendererV2, typeof esRendererV2>>,
  None<Mismatches<typeof tsSanitizer, typeof esSanitizer>>,
];

export type V3 = [
  None<Mismatches<typeof tsCommon, typeof esCommon>>,
  None<Mismatches<typeof tsAdmission, typeof esAdmission>>,
  None<Mismatches<typeof tsConversion, typeof esConversion>>,
  None<Mismatches<typeof tsRoute, typeof esRoute>>,
];

/** The comparison sees all messages of a file, nested ones too. */
export type SeesNestedMessages = None<
  Exclude<"QueryDataRequest" | "CollectMetricsResponse_Payload", keyof TsMessages<typeof tsBackend>>
>;

// @ts-expect-error the comparison notices messages of the same name and other fields
export type NoticesOtherFields = None<Mismatches<typeof tsRendererV1, typeof esRendererV2>>;

/** The same with values, as a user writes it. */
export function toProtobufEs(
  request: tsBackend.QueryDataRequest,
): MessageInitShape<typeof esBackend.QueryDataRequestSchema> {
  return request;
}

export function toTsProto(response: esBackend.QueryDataResponse): tsBackend.QueryDataResponse {
  return response;
}
