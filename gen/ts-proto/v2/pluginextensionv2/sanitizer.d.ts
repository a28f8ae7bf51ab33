import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
/** The file, and how to clean it. */
export interface SanitizeRequest {
    /** Set by the host: name of the file. Its ending says what kind it is. */
    filename: string;
    /** Set by the host: the file. */
    content: Uint8Array;
    /** Set by the host: which cleaner config is for, e.g. "DOMPurify". */
    configType: string;
    /** Set by the host: settings of the cleaner, a JSON object. */
    config: Uint8Array;
    /** Set by the host: secret shared by host and renderer; empty from most hosts. Since renderer 3.12. */
    authToken: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** The outcome. */
export interface SanitizeResponse {
    /** Set by the plugin when the file could not be cleaned; empty means success. */
    error: string;
    /** Set by the plugin: the clean file. Empty when error is set. */
    sanitized: Uint8Array;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export declare const SanitizeRequest: MessageFns<SanitizeRequest>;
export declare const SanitizeResponse: MessageFns<SanitizeResponse>;
/** Makes files safe to show. */
export type SanitizerDefinition = typeof SanitizerDefinition;
export declare const SanitizerDefinition: {
    readonly name: "Sanitizer";
    readonly fullName: "pluginextensionv2.Sanitizer";
    readonly methods: {
        /** Takes what could run as a script out of one file, e.g. an SVG image. */
        readonly sanitize: {
            readonly name: "Sanitize";
            readonly requestType: typeof SanitizeRequest;
            readonly requestStream: false;
            readonly responseType: typeof SanitizeResponse;
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
