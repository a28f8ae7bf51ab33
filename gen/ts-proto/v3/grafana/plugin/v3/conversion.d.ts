import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
import { GroupVersion, GroupVersionKind, StatusResult } from "./common.js";
export interface ConvertObjectsRequest {
    api?: GroupVersion | undefined;
    uid?: string | undefined;
    objects: ConvertObjectsRequest_Object[];
    targetVersion?: string | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface ConvertObjectsRequest_Object {
    gvk?: GroupVersionKind | undefined;
    raw?: Uint8Array | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface ConvertObjectsResponse {
    error?: StatusResult | undefined;
    uid?: string | undefined;
    converted: ConvertObjectsResponse_Object[];
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface ConvertObjectsResponse_Object {
    raw?: Uint8Array | undefined;
    warnings: string[];
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export declare const ConvertObjectsRequest: MessageFns<ConvertObjectsRequest>;
export declare const ConvertObjectsRequest_Object: MessageFns<ConvertObjectsRequest_Object>;
export declare const ConvertObjectsResponse: MessageFns<ConvertObjectsResponse>;
export declare const ConvertObjectsResponse_Object: MessageFns<ConvertObjectsResponse_Object>;
export type ConversionServiceDefinition = typeof ConversionServiceDefinition;
export declare const ConversionServiceDefinition: {
    readonly name: "ConversionService";
    readonly fullName: "grafana.plugin.v3.ConversionService";
    readonly methods: {
        readonly convertObjects: {
            readonly name: "ConvertObjects";
            readonly requestType: typeof ConvertObjectsRequest;
            readonly requestStream: false;
            readonly responseType: typeof ConvertObjectsResponse;
            readonly responseStream: false;
            readonly options: {};
        };
    };
};
type Builtin = Date | Function | Uint8Array | string | number | boolean | bigint | undefined;
type DeepPartial<T> = T extends bigint ? string | number | bigint : T extends Builtin ? T : T extends globalThis.Array<infer U> ? globalThis.Array<DeepPartial<U>> : T extends ReadonlyArray<infer U> ? ReadonlyArray<DeepPartial<U>> : T extends {} ? {
    [K in keyof T]?: DeepPartial<T[K]>;
} : Partial<T>;
type KeysOfUnion<T> = T extends T ? keyof T : never;
type Exact<P, I extends P> = P extends Builtin ? P : P & {
    [K in keyof P]: Exact<P[K], I[K]>;
} & {
    [K in Exclude<keyof I, KeysOfUnion<P>>]: never;
};
interface MessageFns<T> {
    encode(message: T, writer?: BinaryWriter): BinaryWriter;
    decode(input: BinaryReader | Uint8Array, length?: number): T;
    fromJSON(object: any): T;
    toJSON(message: T): unknown;
    create<I extends Exact<DeepPartial<T>, I>>(base?: I): T;
    fromPartial<I extends Exact<DeepPartial<T>, I>>(object: I): T;
}
export {};
