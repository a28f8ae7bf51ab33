import type { MessageFns } from "../../../message-fns.js";
import { StringList } from "./common.js";
/** A stored object that a request is made on. */
export interface RouteResource {
    /** Name of the collection in paths, e.g. "things". */
    resource?: string | undefined;
    /** Name of the object, unique in its collection and namespace. */
    name?: string | undefined;
    /** Resource version: changes with every write of the object. */
    rv?: string | undefined;
    /** The object, JSON with all metadata. */
    raw?: Uint8Array | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** One HTTP-like request. */
export interface CallRouteRequest {
    /** Set by the host: group of APIs, e.g. "example.grafana.app". */
    group?: string | undefined;
    /** Set by the host: version of the API, e.g. "v1". */
    version?: string | undefined;
    /** Set by the host: the tenant. Absent for routes that belong to no tenant. */
    namespace?: string | undefined;
    /** Set by the host when the route is one of a stored object; absent otherwise. */
    parent?: RouteResource | undefined;
    /** Set by the host: path below the API or the object. */
    path?: string | undefined;
    /** Set by the host: the HTTP method in capitals, e.g. "GET". */
    method?: string | undefined;
    /** Set by the host: path and query. */
    url?: string | undefined;
    /** Set by the host: the HTTP headers by name. */
    headers: {
        [key: string]: StringList;
    };
    /** Set by the host: the whole body of the request; absent when there is none. */
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
/** One part of an HTTP-like response. */
export interface CallRouteResponse {
    /** Set by the plugin in the first message: the HTTP status. Absent from later ones. */
    code?: number | undefined;
    /** Set by the plugin in the first message. Absent from later ones. */
    headers: {
        [key: string]: StringList;
    };
    /** Set by the plugin: the next part of the body. */
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
/** HTTP-like requests below the API of an app. */
export type RouteServiceDefinition = typeof RouteServiceDefinition;
export declare const RouteServiceDefinition: {
    readonly name: "RouteService";
    readonly fullName: "grafana.plugin.v3.RouteService";
    readonly methods: {
        /**
         * Answers one HTTP-like request. The first message carries code, headers and the first part of the body,
         * further ones only more of the body.
         */
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
