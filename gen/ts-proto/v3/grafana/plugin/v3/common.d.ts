import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
export interface GroupVersion {
    group?: string | undefined;
    version?: string | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface GroupVersionKind {
    group?: string | undefined;
    version?: string | undefined;
    kind?: string | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface GroupVersionResource {
    group?: string | undefined;
    version?: string | undefined;
    resource?: string | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface ResourceObject {
    type?: GroupVersionResource | undefined;
    namespace?: string | undefined;
    name?: string | undefined;
    rv?: string | undefined;
    raw?: Uint8Array | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface RawObject {
    gvk?: GroupVersionKind | undefined;
    raw?: Uint8Array | undefined;
    warnings: string[];
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface StringList {
    values: string[];
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface StatusResult {
    status?: string | undefined;
    message?: string | undefined;
    reason?: string | undefined;
    details?: StatusDetails | undefined;
    code?: number | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface StatusDetails {
    name?: string | undefined;
    group?: string | undefined;
    kind?: string | undefined;
    causes: StatusCause[];
    retryAfterSeconds?: number | undefined;
    uid?: string | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface StatusCause {
    reason?: string | undefined;
    message?: string | undefined;
    field?: string | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export declare const GroupVersion: MessageFns<GroupVersion>;
export declare const GroupVersionKind: MessageFns<GroupVersionKind>;
export declare const GroupVersionResource: MessageFns<GroupVersionResource>;
export declare const ResourceObject: MessageFns<ResourceObject>;
export declare const RawObject: MessageFns<RawObject>;
export declare const StringList: MessageFns<StringList>;
export declare const StatusResult: MessageFns<StatusResult>;
export declare const StatusDetails: MessageFns<StatusDetails>;
export declare const StatusCause: MessageFns<StatusCause>;
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
