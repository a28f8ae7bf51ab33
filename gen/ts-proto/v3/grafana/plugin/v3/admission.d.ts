import type { MessageFns } from "../../../message-fns.js";
import { GroupVersionKind, StatusResult } from "./common.js";
/** The object, and what is about to happen to it. */
export interface AdmissionReviewRequest {
    /** Set by the host. */
    operation?: AdmissionReviewRequest_Operation | undefined;
    /** Set by the host: type of the object. */
    kind?: GroupVersionKind | undefined;
    /** Set by the host: the new object, JSON with all metadata. Absent for OPERATION_DELETE. */
    objectBytes?: Uint8Array | undefined;
    /** Set by the host: the stored object, JSON with all metadata. Absent for OPERATION_CREATE. */
    oldObjectBytes?: Uint8Array | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** What is about to happen to the object. The numbers differ from those of pluginv2. */
export declare const AdmissionReviewRequest_Operation: {
    /** OPERATION_UNSPECIFIED - Not told. */
    readonly OPERATION_UNSPECIFIED: 0;
    /** OPERATION_CREATE - It is stored for the first time. */
    readonly OPERATION_CREATE: 1;
    /** OPERATION_UPDATE - It replaces an older form of itself. */
    readonly OPERATION_UPDATE: 2;
    /** OPERATION_DELETE - It goes away. */
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
/** Whether the object may be stored, and in which form. */
export interface AdmissionReviewResponse {
    /** Set by the plugin when allowed is false: why. */
    error?: StatusResult | undefined;
    /** Set by the plugin. Absent reads as false. */
    allowed?: boolean | undefined;
    /** Set by the plugin: notes for the caller, whatever the verdict. */
    warnings: string[];
    /** Set by the plugin: the object to store in place of the one in the request, JSON with all metadata. */
    objectBytes?: Uint8Array | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export declare const AdmissionReviewRequest: MessageFns<AdmissionReviewRequest>;
export declare const AdmissionReviewResponse: MessageFns<AdmissionReviewResponse>;
/** Says yes or no to objects that the host is about to store for an app. */
export type AdmissionServiceDefinition = typeof AdmissionServiceDefinition;
export declare const AdmissionServiceDefinition: {
    readonly name: "AdmissionService";
    readonly fullName: "grafana.plugin.v3.AdmissionService";
    readonly methods: {
        /** Checks an object and may change it: what pluginv2.AdmissionControl does in two RPCs. */
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
