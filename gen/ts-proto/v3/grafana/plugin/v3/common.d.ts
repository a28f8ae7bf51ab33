import type { MessageFns } from "../../../message-fns.js";
/** One version of a group of APIs, as in Kubernetes. */
export interface GroupVersion {
    /** Group of APIs, e.g. "example.grafana.app". */
    group?: string | undefined;
    /** Version of the API, e.g. "v1". */
    version?: string | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** The type of an object, as in Kubernetes. */
export interface GroupVersionKind {
    /** Group of APIs, e.g. "example.grafana.app". */
    group?: string | undefined;
    /** Version of the API, e.g. "v1". */
    version?: string | undefined;
    /** Type of the object, e.g. "Thing". */
    kind?: string | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** A collection of objects of one type, as in Kubernetes. */
export interface GroupVersionResource {
    /** Group of APIs, e.g. "example.grafana.app". */
    group?: string | undefined;
    /** Version of the API, e.g. "v1". */
    version?: string | undefined;
    /** Name of the collection in paths, e.g. "things". */
    resource?: string | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** A stored object with its address. No service of this package uses it yet. */
export interface ResourceObject {
    /** The collection that the object is in. */
    type?: GroupVersionResource | undefined;
    /** The tenant that owns the object. */
    namespace?: string | undefined;
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
/** An object with its type. No service of this package uses it yet. */
export interface RawObject {
    /** Type of the object. */
    gvk?: GroupVersionKind | undefined;
    /** The object, JSON with all metadata. */
    raw?: Uint8Array | undefined;
    /** Notes for the caller. */
    warnings: string[];
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** The values of one HTTP header. */
export interface StringList {
    /** In the order they were sent. */
    values: string[];
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** Why something failed, as the Status of Kubernetes has it. Always set by the plugin. */
export interface StatusResult {
    /** "Success" or "Failure". */
    status?: string | undefined;
    /** Text for people. */
    message?: string | undefined;
    /** One word for programs, e.g. "Invalid". */
    reason?: string | undefined;
    /** What exactly failed; absent when there is no more to say. */
    details?: StatusDetails | undefined;
    /** An HTTP status that fits, e.g. 422. */
    code?: number | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** What exactly failed. */
export interface StatusDetails {
    /** Name of the object. */
    name?: string | undefined;
    /** Group of APIs that the object belongs to. */
    group?: string | undefined;
    /** Type of the object. */
    kind?: string | undefined;
    /** The single faults. */
    causes: StatusCause[];
    /** In seconds: when to try again. Absent: no advice. */
    retryAfterSeconds?: number | undefined;
    /** The unique id of the object; absent when it has none. */
    uid?: string | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** One fault. */
export interface StatusCause {
    /** One word for programs, e.g. "FieldValueInvalid". */
    reason?: string | undefined;
    /** Text for people. */
    message?: string | undefined;
    /** Path of the faulty field within the object, e.g. "spec.title". */
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
