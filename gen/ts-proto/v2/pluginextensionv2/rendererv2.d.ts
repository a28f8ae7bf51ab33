import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
export interface StringList {
    values: string[];
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface RenderRequest {
    url: string;
    width: number;
    height: number;
    deviceScaleFactor: number;
    filePath: string;
    renderKey: string;
    domain: string;
    timeout: number;
    timezone: string;
    headers: {
        [key: string]: StringList;
    };
    authToken: string;
    encoding: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface RenderRequest_HeadersEntry {
    key: string;
    value?: StringList | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface RenderResponse {
    error: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface RenderCSVRequest {
    url: string;
    filePath: string;
    renderKey: string;
    domain: string;
    timeout: number;
    timezone: string;
    headers: {
        [key: string]: StringList;
    };
    authToken: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface RenderCSVRequest_HeadersEntry {
    key: string;
    value?: StringList | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface RenderCSVResponse {
    error: string;
    fileName: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export declare const StringList: MessageFns<StringList>;
export declare const RenderRequest: MessageFns<RenderRequest>;
export declare const RenderRequest_HeadersEntry: MessageFns<RenderRequest_HeadersEntry>;
export declare const RenderResponse: MessageFns<RenderResponse>;
export declare const RenderCSVRequest: MessageFns<RenderCSVRequest>;
export declare const RenderCSVRequest_HeadersEntry: MessageFns<RenderCSVRequest_HeadersEntry>;
export declare const RenderCSVResponse: MessageFns<RenderCSVResponse>;
export type RendererDefinition = typeof RendererDefinition;
export declare const RendererDefinition: {
    readonly name: "Renderer";
    readonly fullName: "pluginextensionv2.Renderer";
    readonly methods: {
        readonly render: {
            readonly name: "Render";
            readonly requestType: typeof RenderRequest;
            readonly requestStream: false;
            readonly responseType: typeof RenderResponse;
            readonly responseStream: false;
            readonly options: {};
        };
        readonly renderCSV: {
            readonly name: "RenderCSV";
            readonly requestType: typeof RenderCSVRequest;
            readonly requestStream: false;
            readonly responseType: typeof RenderCSVResponse;
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
