import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
import { GroupVersionKind, StatusResult } from "./common.js";
export interface AdmissionReviewRequest {
    operation?: AdmissionReviewRequest_Operation | undefined;
    kind?: GroupVersionKind | undefined;
    objectBytes?: Uint8Array | undefined;
    oldObjectBytes?: Uint8Array | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export declare const AdmissionReviewRequest_Operation: {
    readonly OPERATION_UNSPECIFIED: 0;
    readonly OPERATION_CREATE: 1;
    readonly OPERATION_UPDATE: 2;
    readonly OPERATION_DELETE: 3;
};
export type AdmissionReviewRequest_Operation = typeof AdmissionReviewRequest_Operation[keyof typeof AdmissionReviewRequest_Operation];
export declare namespace AdmissionReviewRequest_Operation {
    type OPERATION_UNSPECIFIED = typeof AdmissionReviewRequest_Operation.OPERATION_UNSPECIFIED;
    type OPERATION_CREATE = typeof AdmissionReviewRequest_Operation.OPERATION_CREATE;
    type OPERATION_UPDATE = typeof AdmissionReviewRequest_Operation.OPERATION_UPDATE;
    type OPERATION_DELETE = typeof AdmissionReviewRequest_Operation.OPERATION_DELETE;
}
export declare function admissionReviewRequest_OperationFromJSON(object: any): AdmissionReviewRequest_Operation;
export declare function admissionReviewRequest_OperationToJSON(object: AdmissionReviewRequest_Operation): string;
export interface AdmissionReviewResponse {
    error?: StatusResult | undefined;
    allowed?: boolean | undefined;
    warnings: string[];
    objectBytes?: Uint8Array | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export declare const AdmissionReviewRequest: MessageFns<AdmissionReviewRequest>;
export declare const AdmissionReviewResponse: MessageFns<AdmissionReviewResponse>;
export type AdmissionServiceDefinition = typeof AdmissionServiceDefinition;
export declare const AdmissionServiceDefinition: {
    readonly name: "AdmissionService";
    readonly fullName: "grafana.plugin.v3.AdmissionService";
    readonly methods: {
        readonly admissionReview: {
            readonly name: "AdmissionReview";
            readonly requestType: typeof AdmissionReviewRequest;
            readonly requestStream: false;
            readonly responseType: typeof AdmissionReviewResponse;
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
