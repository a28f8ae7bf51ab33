import type { MessageFns } from "../../../message-fns.js";
import { GroupVersion, GroupVersionKind, StatusResult } from "./common.js";
/** Objects, and the version they shall have. */
export interface ConvertObjectsRequest {
    /** Set by the host: the API that the objects belong to. */
    api?: GroupVersion | undefined;
    /** Set by the host: names this request, for the response to repeat. */
    uid?: string | undefined;
    /** Set by the host. */
    objects: ConvertObjectsRequest_Object[];
    /** Set by the host: the version to convert to, e.g. "v2". */
    targetVersion?: string | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** An object in its old form. */
export interface ConvertObjectsRequest_Object {
    /** Set by the host: its type, with the version it has now. */
    gvk?: GroupVersionKind | undefined;
    /** Set by the host: the object, JSON with all metadata. */
    raw?: Uint8Array | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** The converted objects. */
export interface ConvertObjectsResponse {
    /** Set by the plugin when it could not convert; absent means success. */
    error?: StatusResult | undefined;
    /** Set by the plugin: the uid of the request. */
    uid?: string | undefined;
    /** Set by the plugin, in the order of the request. */
    converted: ConvertObjectsResponse_Object[];
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** An object in its new form. */
export interface ConvertObjectsResponse_Object {
    /** Set by the plugin: the object, JSON with all metadata. */
    raw?: Uint8Array | undefined;
    /** Set by the plugin: notes for the caller, e.g. on what got lost. */
    warnings: string[];
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export declare const ConvertObjectsRequest: MessageFns<ConvertObjectsRequest>;
export declare const ConvertObjectsRequest_Object: MessageFns<ConvertObjectsRequest_Object>;
export declare const ConvertObjectsResponse: MessageFns<ConvertObjectsResponse>;
export declare const ConvertObjectsResponse_Object: MessageFns<ConvertObjectsResponse_Object>;
/** Moves stored objects from one version of their API to another. */
export type ConversionServiceDefinition = typeof ConversionServiceDefinition;
export declare const ConversionServiceDefinition: {
    readonly name: "ConversionService";
    readonly fullName: "grafana.plugin.v3.ConversionService";
    readonly methods: {
        /** Converts all objects of the request, or fails. */
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
