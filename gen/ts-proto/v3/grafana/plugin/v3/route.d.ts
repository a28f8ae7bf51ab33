import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
import { StringList } from "./common.js";
export interface RouteResource {
    resource?: string | undefined;
    name?: string | undefined;
    rv?: string | undefined;
    raw?: Uint8Array | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface CallRouteRequest {
    group?: string | undefined;
    version?: string | undefined;
    namespace?: string | undefined;
    parent?: RouteResource | undefined;
    path?: string | undefined;
    method?: string | undefined;
    url?: string | undefined;
    headers: {
        [key: string]: StringList;
    };
    body?: Uint8Array | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface CallRouteRequest_HeadersEntry {
    key: string;
    value?: StringList | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface CallRouteResponse {
    code?: number | undefined;
    headers: {
        [key: string]: StringList;
    };
    body?: Uint8Array | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface CallRouteResponse_HeadersEntry {
    key: string;
    value?: StringList | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export declare const RouteResource: MessageFns<RouteResource>;
export declare const CallRouteRequest: MessageFns<CallRouteRequest>;
export declare const CallRouteRequest_HeadersEntry: MessageFns<CallRouteRequest_HeadersEntry>;
export declare const CallRouteResponse: MessageFns<CallRouteResponse>;
export declare const CallRouteResponse_HeadersEntry: MessageFns<CallRouteResponse_HeadersEntry>;
export type RouteServiceDefinition = typeof RouteServiceDefinition;
export declare const RouteServiceDefinition: {
    readonly name: "RouteService";
    readonly fullName: "grafana.plugin.v3.RouteService";
    readonly methods: {
        readonly callRoute: {
            readonly name: "CallRoute";
            readonly requestType: typeof CallRouteRequest;
            readonly requestStream: false;
            readonly responseType: typeof CallRouteResponse;
            readonly responseStream: true;
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
