import type { MessageFns } from "../message-fns.js";
/** How the bytes of a data frame are written. */
export declare const DataFrameFormat: {
    /**
     * ARROW - An Arrow IPC file (not stream) for each frame, not compressed. What every plugin can send and the only
     * format that older hosts can read.
     */
    readonly ARROW: 0;
    /** JSON - A JSON object with "schema" and "data". The newest Grafana asks for it by default. */
    readonly JSON: 1;
};
export type DataFrameFormat = typeof DataFrameFormat[keyof typeof DataFrameFormat];
export declare namespace DataFrameFormat {
    type ARROW = typeof DataFrameFormat.ARROW;
    type JSON = typeof DataFrameFormat.JSON;
}
export declare function dataFrameFormatFromJSON(object: any): DataFrameFormat;
export declare function dataFrameFormatToJSON(object: DataFrameFormat): string;
/** The settings of one app plugin in one organisation. */
export interface AppInstanceSettings {
    /** Set by the host: the settings that are no secrets, a JSON object. */
    jsonData: Uint8Array;
    /** Set by the host: the secret settings by name, in clear text. Keep them out of logs. */
    decryptedSecureJsonData: {
        [key: string]: string;
    };
    /**
     * Set by the host, in milliseconds since 1970 (UTC): when the settings were saved last. A new value makes
     * plugins build the instance anew.
     */
    lastUpdatedMS: bigint;
    /**
     * Set by the host: version of the API the settings were saved with, e.g. "v0alpha1". Mostly empty; may be
     * older than PluginContext.apiVersion.
     */
    apiVersion: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface AppInstanceSettings_DecryptedSecureJsonDataEntry {
    key: string;
    value: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** One configured datasource. */
export interface DataSourceInstanceSettings {
    /**
     * Set by the host: number of the datasource. Plugins built with the Go SDK keep one instance for each
     * number, so a host gives each datasource its own. Nothing else should rely on it: uid is the name that
     * lasts.
     */
    id: bigint;
    /** Set by the host: the name that the admin gave the datasource. */
    name: string;
    /** Set by the host: where the data is; may be empty. */
    url: string;
    /**
     * Set by the host: user name at the data's server; may be empty. Its password is in
     * decryptedSecureJsonData, under "password".
     */
    user: string;
    /** Set by the host: name of the database; may be empty. */
    database: string;
    /** Set by the host: true when HTTP requests to url carry basic authentication. */
    basicAuthEnabled: boolean;
    /**
     * Set by the host: user name of basic authentication. Its password is in decryptedSecureJsonData, under
     * "basicAuthPassword".
     */
    basicAuthUser: string;
    /** Set by the host: the settings that are no secrets, a JSON object. */
    jsonData: Uint8Array;
    /** Set by the host: the secret settings by name, in clear text. Keep them out of logs. */
    decryptedSecureJsonData: {
        [key: string]: string;
    };
    /**
     * Set by the host, in milliseconds since 1970 (UTC): when the settings were saved last. A new value makes
     * plugins build the instance anew; a host that changes settings and not this value is not heard.
     */
    lastUpdatedMS: bigint;
    /**
     * Set by the host: text that names the datasource for good, unique in its organisation. Empty from the
     * oldest hosts.
     */
    uid: string;
    /**
     * Set by the host: version of the API the settings were saved with, e.g. "v0alpha1". Mostly empty; may be
     * older than PluginContext.apiVersion.
     */
    apiVersion: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface DataSourceInstanceSettings_DecryptedSecureJsonDataEntry {
    key: string;
    value: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** The user on whose behalf a call is made. */
export interface User {
    /** Set by the host: the name the user logs in with. */
    login: string;
    /** Set by the host: the user's full name; may be empty. */
    name: string;
    /** Set by the host; may be empty. */
    email: string;
    /** Set by the host: role in the organisation, "Viewer", "Editor" or "Admin"; other words may come. */
    role: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** Who asks, and which instance of the plugin is asked. Part of nearly every request. */
export interface PluginContext {
    /** Set by the host: number of the organisation. It does not keep tenants apart: namespace does. */
    orgId: bigint;
    /** Set by the host: the id in plugin.json. */
    pluginId: string;
    /** Set by the host; absent when no user is behind the call, e.g. when an alert rule runs. */
    user?: User | undefined;
    /** Set by the host for calls to an app plugin; absent otherwise. */
    appInstanceSettings?: AppInstanceSettings | undefined;
    /**
     * Set by the host for calls to a datasource; absent otherwise. Without it, datasource plugins built with
     * the Go SDK answer a health check with ERROR and fail other calls.
     */
    dataSourceInstanceSettings?: DataSourceInstanceSettings | undefined;
    /**
     * Set by the host: its configuration for plugins, named like environment variables, e.g. "GF_APP_URL". Any
     * changed value makes plugins built with the Go SDK build the instance anew, so hosts keep values
     * byte-stable (lists sorted). Empty from older hosts and from Plutono.
     */
    grafanaConfig: {
        [key: string]: string;
    };
    /** Set by the host: the version in plugin.json; empty from older hosts. */
    pluginVersion: string;
    /**
     * Set by the host: what it is, as in "Grafana/12.0.0 (linux; amd64)". Plugins built with the Go SDK drop a
     * text of another form. Empty from older hosts.
     */
    userAgent: string;
    /** Set by the host: version of the plugin's API that the caller used, e.g. "v0alpha1"; mostly empty. */
    apiVersion: string;
    /** Set by the host: the tenant, e.g. "default", "org-2" or "stacks-17"; empty from older hosts. */
    namespace: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface PluginContext_GrafanaConfigEntry {
    key: string;
    value: string;
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
/** One HTTP-like request. */
export interface CallResourceRequest {
    /** Set by the host. */
    pluginContext?: PluginContext | undefined;
    /** Set by the host: path below the plugin's resources, without a leading slash and without the query. */
    path: string;
    /** Set by the host: the HTTP method in capitals, e.g. "GET". */
    method: string;
    /** Set by the host: path and query, e.g. "tables?limit=10", relative like path. */
    url: string;
    /** Set by the host: the HTTP headers by name, unlike the headers of other requests with no prefix. */
    headers: {
        [key: string]: StringList;
    };
    /** Set by the host: the whole body of the request; may be empty. */
    body: Uint8Array;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface CallResourceRequest_HeadersEntry {
    key: string;
    value?: StringList | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** One part of an HTTP-like response. */
export interface CallResourceResponse {
    /**
     * Set by the plugin in the first message: the HTTP status. Hosts write it as it is, so 0 breaks the
     * response. In later messages nobody looks at it.
     */
    code: number;
    /**
     * Set by the plugin in the first message, with names in canonical form, e.g. "Content-Type". Hosts drop
     * Set-Cookie, and take "application/json" where no Content-Type is given. In later messages nobody looks at
     * them.
     */
    headers: {
        [key: string]: StringList;
    };
    /** Set by the plugin: the next part of the body. Hosts pass each part on at once. */
    body: Uint8Array;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface CallResourceResponse_HeadersEntry {
    key: string;
    value?: StringList | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** From when to when. */
export interface TimeRange {
    /** Set by the host, in milliseconds since 1970 (UTC): the start. */
    fromEpochMS: bigint;
    /** Set by the host, in milliseconds since 1970 (UTC): the end. */
    toEpochMS: bigint;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** One query of a panel, an alert rule or another caller. */
export interface DataQuery {
    /** Set by the host: names the query within its request, e.g. "A". */
    refId: string;
    /** Set by the host: how many points the caller can show, mostly the width of the panel in pixels. */
    maxDataPoints: bigint;
    /** Set by the host, in milliseconds: a good distance between two points. */
    intervalMS: bigint;
    /** Set by the host. Plugins built with the Go SDK need it. */
    timeRange?: TimeRange | undefined;
    /**
     * Set by the host: the whole query as its editor saved it, a JSON object. It repeats refId and the
     * datasource.
     */
    json: Uint8Array;
    /** Set by the host: the kind of query, for plugins with several; may be empty. Same as "queryType" in json. */
    queryType: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** What to query. */
export interface QueryDataRequest {
    /** Set by the host. Plugins built with the Go SDK need it. */
    pluginContext?: PluginContext | undefined;
    /**
     * Set by the host: HTTP headers of the caller, named "http_" and the header's name, e.g.
     * "http_X-Dashboard-Uid". Bare names are in use for Authorization, X-Id-Token, Cookie,
     * X-Grafana-HAR-Capture and FromAlert ("true" when an alert rule asks).
     */
    headers: {
        [key: string]: string;
    };
    /** Set by the host; each refId occurs once. */
    queries: DataQuery[];
    /**
     * Set by the host: the format that it would like. A plugin may answer in another: DataResponse.format
     * tells.
     */
    format: DataFrameFormat;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface QueryDataRequest_HeadersEntry {
    key: string;
    value: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** The outcome of all queries of a request. */
export interface QueryDataResponse {
    /** Set by the plugin: outcomes by refId. A frame that names another refId changes nothing. */
    responses: {
        [key: string]: DataResponse;
    };
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface QueryDataResponse_ResponsesEntry {
    key: string;
    value?: DataResponse | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** The outcome of one query. */
export interface DataResponse {
    /**
     * Set by the plugin: one element for each data frame, written in the format of field 6. Hosts may pass them
     * on unread, so broken ones show up late.
     */
    frames: Uint8Array[];
    /** Set by the plugin when this query failed; empty means success. */
    error: string;
    /** Not in use by Grafana. Plutono's older query route hands it on as "meta", in base64. */
    jsonMeta: Uint8Array;
    /**
     * Set by the plugin: an HTTP status from 100 to 599, 200 for success. Always send it: readers take 0, like
     * any other number outside that range, for 500. Grafana answers its own caller with 207 when any query of a
     * request failed.
     */
    status: number;
    /**
     * Set by the plugin when error is set: whose fault it is, "plugin" or "downstream" (the data's server, a
     * cancellation, a timeout). Empty counts as "plugin".
     */
    errorSource: string;
    /**
     * Set by the plugin: the format of frames. Hosts go by it and not by what they asked for; older ones know
     * ARROW only.
     */
    format: DataFrameFormat;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** What to query, with rows sent as they come. */
export interface QueryChunkedDataRequest {
    /** Set by the host. Plugins built with the Go SDK need it. */
    pluginContext?: PluginContext | undefined;
    /** Set by the host: as in QueryDataRequest. */
    headers: {
        [key: string]: string;
    };
    /** Set by the host; each refId occurs once. */
    queries: DataQuery[];
    /** Set by the host: the format that it would like. A plugin may answer in another: each chunk tells. */
    format: DataFrameFormat;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface QueryChunkedDataRequest_HeadersEntry {
    key: string;
    value: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** Some rows of one frame, or an error of one query. */
export interface QueryChunkedDataResponse {
    /** Set by the plugin: the query that the chunk belongs to. */
    refId: string;
    /**
     * Set by the plugin: names the frame within its query. Chunks with the same refId and frameId are one
     * frame.
     */
    frameId: string;
    /**
     * Set by the plugin: the rows. In ARROW each chunk is a complete file. In JSON the first chunk of a frame
     * has schema and data, later ones only data. Empty when error is set; some hosts cannot read such a chunk.
     */
    frame: Uint8Array;
    /** Set by the plugin when the query failed; empty means success. */
    error: string;
    /** Set by the plugin: an HTTP status, as in DataResponse. */
    status: number;
    /** Set by the plugin when error is set: as in DataResponse. Plugins built with the Go SDK leave it empty. */
    errorSource: string;
    /** Set by the plugin: the format of frame. Hosts go by it and not by what they asked for. */
    format: DataFrameFormat;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** Asks for metrics. */
export interface CollectMetricsRequest {
    /** Set by newer hosts and of no effect: metrics are those of the whole process. Absent from Plutono. */
    pluginContext?: PluginContext | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** The metrics. */
export interface CollectMetricsResponse {
    /** Set by the plugin; absent means none. */
    metrics?: CollectMetricsResponse_Payload | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** Metrics in the formats that exist. */
export interface CollectMetricsResponse_Payload {
    /** Set by the plugin: Prometheus text, version 0.0.4. */
    prometheus: Uint8Array;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** Asks how the plugin or one datasource is. */
export interface CheckHealthRequest {
    /** Set by the host. Plugins built with the Go SDK need it. */
    pluginContext?: PluginContext | undefined;
    /** Set by the host: as in QueryDataRequest. */
    headers: {
        [key: string]: string;
    };
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface CheckHealthRequest_HeadersEntry {
    key: string;
    value: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** How it is. */
export interface CheckHealthResponse {
    /** Set by the plugin. */
    status: CheckHealthResponse_HealthStatus;
    /** Set by the plugin: text for the person who pressed "Save & test". */
    message: string;
    /**
     * Set by the plugin: more for the page to show, a JSON object; may be empty. Hosts refuse other JSON
     * values.
     */
    jsonDetails: Uint8Array;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** The verdict. Hosts answer HTTP 200 to OK and an error status to anything else. */
export declare const CheckHealthResponse_HealthStatus: {
    /** UNKNOWN - Cannot tell. */
    readonly UNKNOWN: 0;
    /** OK - Works. */
    readonly OK: 1;
    /** ERROR - Does not work; message says why. */
    readonly ERROR: 2;
};
export type CheckHealthResponse_HealthStatus = typeof CheckHealthResponse_HealthStatus[keyof typeof CheckHealthResponse_HealthStatus];
export declare namespace CheckHealthResponse_HealthStatus {
    type UNKNOWN = typeof CheckHealthResponse_HealthStatus.UNKNOWN;
    type OK = typeof CheckHealthResponse_HealthStatus.OK;
    type ERROR = typeof CheckHealthResponse_HealthStatus.ERROR;
}
export declare function checkHealthResponse_HealthStatusFromJSON(object: any): CheckHealthResponse_HealthStatus;
export declare function checkHealthResponse_HealthStatusToJSON(object: CheckHealthResponse_HealthStatus): string;
/** Asks whether a user may follow a path. */
export interface SubscribeStreamRequest {
    /** Set by the host. Plugins built with the Go SDK need it. */
    pluginContext?: PluginContext | undefined;
    /** Set by the host: the part of the channel's name that belongs to the plugin. */
    path: string;
    /** Set by the host: what the subscriber sent along, e.g. a query as a JSON object; may be empty. */
    data: Uint8Array;
    /** Set by the host: as in QueryDataRequest; empty from older hosts. */
    headers: {
        [key: string]: string;
    };
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface SubscribeStreamRequest_HeadersEntry {
    key: string;
    value: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** Whether the user may follow. */
export interface SubscribeStreamResponse {
    /** Set by the plugin. */
    status: SubscribeStreamResponse_Status;
    /**
     * Set by the plugin for OK: what this subscriber gets first, a JSON value, mostly a data frame; may be
     * empty.
     */
    data: Uint8Array;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** The verdict. */
export declare const SubscribeStreamResponse_Status: {
    /** OK - The user may follow. */
    readonly OK: 0;
    /** NOT_FOUND - No such path. */
    readonly NOT_FOUND: 1;
    /** PERMISSION_DENIED - The user may not follow. */
    readonly PERMISSION_DENIED: 2;
};
export type SubscribeStreamResponse_Status = typeof SubscribeStreamResponse_Status[keyof typeof SubscribeStreamResponse_Status];
export declare namespace SubscribeStreamResponse_Status {
    type OK = typeof SubscribeStreamResponse_Status.OK;
    type NOT_FOUND = typeof SubscribeStreamResponse_Status.NOT_FOUND;
    type PERMISSION_DENIED = typeof SubscribeStreamResponse_Status.PERMISSION_DENIED;
}
export declare function subscribeStreamResponse_StatusFromJSON(object: any): SubscribeStreamResponse_Status;
export declare function subscribeStreamResponse_StatusToJSON(object: SubscribeStreamResponse_Status): string;
/** Asks whether a user may publish. */
export interface PublishStreamRequest {
    /** Set by the host. Plugins built with the Go SDK need it. */
    pluginContext?: PluginContext | undefined;
    /** Set by the host: the part of the channel's name that belongs to the plugin. */
    path: string;
    /** Set by the host: what the user wants to publish, a JSON value. */
    data: Uint8Array;
    /** Set by the host: as in QueryDataRequest; empty from older hosts. */
    headers: {
        [key: string]: string;
    };
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface PublishStreamRequest_HeadersEntry {
    key: string;
    value: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** Whether the user may publish. */
export interface PublishStreamResponse {
    /** Set by the plugin. */
    status: PublishStreamResponse_Status;
    /**
     * Set by the plugin for OK: what subscribers get, a JSON value, the same or another. Empty: the host
     * publishes nothing and reports success, e.g. because the plugin published it itself.
     */
    data: Uint8Array;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** The verdict. */
export declare const PublishStreamResponse_Status: {
    /** OK - The user may publish. */
    readonly OK: 0;
    /** NOT_FOUND - No such path. */
    readonly NOT_FOUND: 1;
    /** PERMISSION_DENIED - The user may not publish. */
    readonly PERMISSION_DENIED: 2;
};
export type PublishStreamResponse_Status = typeof PublishStreamResponse_Status[keyof typeof PublishStreamResponse_Status];
export declare namespace PublishStreamResponse_Status {
    type OK = typeof PublishStreamResponse_Status.OK;
    type NOT_FOUND = typeof PublishStreamResponse_Status.NOT_FOUND;
    type PERMISSION_DENIED = typeof PublishStreamResponse_Status.PERMISSION_DENIED;
}
export declare function publishStreamResponse_StatusFromJSON(object: any): PublishStreamResponse_Status;
export declare function publishStreamResponse_StatusToJSON(object: PublishStreamResponse_Status): string;
/** Asks for the packets of a path. */
export interface RunStreamRequest {
    /** Set by the host. Plugins built with the Go SDK need it. */
    pluginContext?: PluginContext | undefined;
    /** Set by the host: the part of the channel's name that belongs to the plugin. */
    path: string;
    /** Set by the host: what the first subscriber sent along; may be empty. */
    data: Uint8Array;
    /** Set by the host: as in QueryDataRequest; empty from older hosts. */
    headers: {
        [key: string]: string;
    };
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface RunStreamRequest_HeadersEntry {
    key: string;
    value: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** One packet of a stream. */
export interface StreamPacket {
    /**
     * Set by the plugin: a JSON value, mostly a data frame. Hosts take other bytes for an error and open the
     * stream anew.
     */
    data: Uint8Array;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** The type of an object, as in Kubernetes. */
export interface GroupVersionKind {
    /** Group of APIs, e.g. "example.grafana.app". */
    group: string;
    /** Version of the API, e.g. "v1". */
    version: string;
    /** Type of the object, e.g. "Thing". */
    kind: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** One version of a group of APIs, as in Kubernetes. */
export interface GroupVersion {
    /** Group of APIs, e.g. "example.grafana.app". */
    group: string;
    /** Version of the API, e.g. "v1". */
    version: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** The object, and what is about to happen to it. */
export interface AdmissionRequest {
    /** Set by the host. It may lack the settings of app and datasource. Plugins built with the Go SDK need it. */
    pluginContext?: PluginContext | undefined;
    /** Set by the host. */
    operation: AdmissionRequest_Operation;
    /** Set by the host. Plugins built with the Go SDK need it. */
    kind?: GroupVersionKind | undefined;
    /** Set by the host: the new object, JSON with all metadata. Empty for DELETE. */
    objectBytes: Uint8Array;
    /** Set by the host: the stored object, JSON with all metadata. Empty for CREATE. */
    oldObjectBytes: Uint8Array;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** What is about to happen to the object. */
export declare const AdmissionRequest_Operation: {
    /** CREATE - It is stored for the first time. */
    readonly CREATE: 0;
    /** UPDATE - It replaces an older form of itself. */
    readonly UPDATE: 1;
    /** DELETE - It goes away. */
    readonly DELETE: 2;
};
export type AdmissionRequest_Operation = typeof AdmissionRequest_Operation[keyof typeof AdmissionRequest_Operation];
export declare namespace AdmissionRequest_Operation {
    type CREATE = typeof AdmissionRequest_Operation.CREATE;
    type UPDATE = typeof AdmissionRequest_Operation.UPDATE;
    type DELETE = typeof AdmissionRequest_Operation.DELETE;
}
export declare function admissionRequest_OperationFromJSON(object: any): AdmissionRequest_Operation;
export declare function admissionRequest_OperationToJSON(object: AdmissionRequest_Operation): string;
/** Whether the object may be stored. */
export interface ValidationResponse {
    /** Set by the plugin. */
    allowed: boolean;
    /** Set by the plugin when allowed is false: why. Nobody looks at it otherwise. */
    result?: StatusResult | undefined;
    /**
     * Set by the plugin: notes for the caller, whatever the verdict. Short ones: hosts may cut long lines and
     * lists.
     */
    warnings: string[];
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** Whether the object may be stored, and in which form. */
export interface MutationResponse {
    /** Set by the plugin. */
    allowed: boolean;
    /** Set by the plugin when allowed is false: why. Nobody looks at it otherwise. */
    result?: StatusResult | undefined;
    /**
     * Set by the plugin: notes for the caller, whatever the verdict. Short ones: hosts may cut long lines and
     * lists.
     */
    warnings: string[];
    /**
     * Set by the plugin when allowed is true: the object to store, JSON with all metadata, also when nothing
     * changed.
     */
    objectBytes: Uint8Array;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** An object in its encoded form. */
export interface RawObject {
    /** The object. */
    raw: Uint8Array;
    /** How raw is encoded, e.g. "application/json". */
    contentType: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** Objects, and the version they shall have. */
export interface ConversionRequest {
    /** Set by the host. Plugins built with the Go SDK need it. */
    pluginContext?: PluginContext | undefined;
    /** Set by the host: names this request, for the response to repeat. */
    uid: string;
    /**
     * Set by the host. Plugins built with the Go SDK that convert queries want JSON forms of a QueryDataRequest
     * here.
     */
    objects: RawObject[];
    /** Set by the host. Plugins built with the Go SDK need it. */
    targetVersion?: GroupVersion | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** The converted objects. */
export interface ConversionResponse {
    /**
     * Set by the plugin: the uid of the request. Plugins built with the Go SDK leave it empty where they
     * convert queries.
     */
    uid: string;
    /** Set by the plugin: how it went. */
    result?: StatusResult | undefined;
    /**
     * Set by the plugin: the objects in their new form, in the order of the request. Where the Go SDK converts
     * queries, all queries of the request come back in one list.
     */
    objects: RawObject[];
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** How something went, as the Status of Kubernetes has it. */
export interface StatusResult {
    /** Set by the plugin: "Success" or "Failure". */
    status: string;
    /** Set by the plugin: text for people. */
    message: string;
    /** Set by the plugin: one word for programs, e.g. "Invalid"; may be empty. */
    reason: string;
    /** Set by the plugin: an HTTP status that fits, e.g. 422; 0 when none was chosen. */
    code: number;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export declare const AppInstanceSettings: MessageFns<AppInstanceSettings>;
export declare const AppInstanceSettings_DecryptedSecureJsonDataEntry: MessageFns<AppInstanceSettings_DecryptedSecureJsonDataEntry>;
export declare const DataSourceInstanceSettings: MessageFns<DataSourceInstanceSettings>;
export declare const DataSourceInstanceSettings_DecryptedSecureJsonDataEntry: MessageFns<DataSourceInstanceSettings_DecryptedSecureJsonDataEntry>;
export declare const User: MessageFns<User>;
export declare const PluginContext: MessageFns<PluginContext>;
export declare const PluginContext_GrafanaConfigEntry: MessageFns<PluginContext_GrafanaConfigEntry>;
export declare const StringList: MessageFns<StringList>;
export declare const CallResourceRequest: MessageFns<CallResourceRequest>;
export declare const CallResourceRequest_HeadersEntry: MessageFns<CallResourceRequest_HeadersEntry>;
export declare const CallResourceResponse: MessageFns<CallResourceResponse>;
export declare const CallResourceResponse_HeadersEntry: MessageFns<CallResourceResponse_HeadersEntry>;
export declare const TimeRange: MessageFns<TimeRange>;
export declare const DataQuery: MessageFns<DataQuery>;
export declare const QueryDataRequest: MessageFns<QueryDataRequest>;
export declare const QueryDataRequest_HeadersEntry: MessageFns<QueryDataRequest_HeadersEntry>;
export declare const QueryDataResponse: MessageFns<QueryDataResponse>;
export declare const QueryDataResponse_ResponsesEntry: MessageFns<QueryDataResponse_ResponsesEntry>;
export declare const DataResponse: MessageFns<DataResponse>;
export declare const QueryChunkedDataRequest: MessageFns<QueryChunkedDataRequest>;
export declare const QueryChunkedDataRequest_HeadersEntry: MessageFns<QueryChunkedDataRequest_HeadersEntry>;
export declare const QueryChunkedDataResponse: MessageFns<QueryChunkedDataResponse>;
export declare const CollectMetricsRequest: MessageFns<CollectMetricsRequest>;
export declare const CollectMetricsResponse: MessageFns<CollectMetricsResponse>;
export declare const CollectMetricsResponse_Payload: MessageFns<CollectMetricsResponse_Payload>;
export declare const CheckHealthRequest: MessageFns<CheckHealthRequest>;
export declare const CheckHealthRequest_HeadersEntry: MessageFns<CheckHealthRequest_HeadersEntry>;
export declare const CheckHealthResponse: MessageFns<CheckHealthResponse>;
export declare const SubscribeStreamRequest: MessageFns<SubscribeStreamRequest>;
export declare const SubscribeStreamRequest_HeadersEntry: MessageFns<SubscribeStreamRequest_HeadersEntry>;
export declare const SubscribeStreamResponse: MessageFns<SubscribeStreamResponse>;
export declare const PublishStreamRequest: MessageFns<PublishStreamRequest>;
export declare const PublishStreamRequest_HeadersEntry: MessageFns<PublishStreamRequest_HeadersEntry>;
export declare const PublishStreamResponse: MessageFns<PublishStreamResponse>;
export declare const RunStreamRequest: MessageFns<RunStreamRequest>;
export declare const RunStreamRequest_HeadersEntry: MessageFns<RunStreamRequest_HeadersEntry>;
export declare const StreamPacket: MessageFns<StreamPacket>;
export declare const GroupVersionKind: MessageFns<GroupVersionKind>;
export declare const GroupVersion: MessageFns<GroupVersion>;
export declare const AdmissionRequest: MessageFns<AdmissionRequest>;
export declare const ValidationResponse: MessageFns<ValidationResponse>;
export declare const MutationResponse: MessageFns<MutationResponse>;
export declare const RawObject: MessageFns<RawObject>;
export declare const ConversionRequest: MessageFns<ConversionRequest>;
export declare const ConversionResponse: MessageFns<ConversionResponse>;
export declare const StatusResult: MessageFns<StatusResult>;
/** HTTP-like requests to the plugin, e.g. for the lists that a query editor offers. */
export type ResourceDefinition = typeof ResourceDefinition;
export declare const ResourceDefinition: {
    readonly name: "Resource";
    readonly fullName: "pluginv2.Resource";
    readonly methods: {
        /**
         * Answers one HTTP-like request. The first message carries code, headers and the first part of the body,
         * further ones only more of the body. A stream that ends with no message at all is an error for hosts (HTTP
         * 500). An error after the first message cuts the response short: its code is out already. Hosts make HTTP
         * 404 of UNIMPLEMENTED.
         */
        readonly callResource: {
            readonly name: "CallResource";
            readonly requestType: typeof CallResourceRequest;
            readonly requestStream: false;
            readonly responseType: typeof CallResourceResponse;
            readonly responseStream: true;
            readonly options: {};
        };
    };
};
/** Queries. */
export type DataDefinition = typeof DataDefinition;
export declare const DataDefinition: {
    readonly name: "Data";
    readonly fullName: "pluginv2.Data";
    readonly methods: {
        /**
         * Runs all queries of one request. A query that fails alone is reported in its DataResponse; a gRPC error
         * fails them all.
         */
        readonly queryData: {
            readonly name: "QueryData";
            readonly requestType: typeof QueryDataRequest;
            readonly requestStream: false;
            readonly responseType: typeof QueryDataResponse;
            readonly responseStream: false;
            readonly options: {};
        };
        /**
         * The same, with rows sent as they come. Since 2026. Fall back to QueryData on UNIMPLEMENTED, and on code
         * UNKNOWN with a text starting "panic triggered": so some plugins built with the Go SDK say that they lack
         * it.
         */
        readonly queryChunkedData: {
            readonly name: "QueryChunkedData";
            readonly requestType: typeof QueryChunkedDataRequest;
            readonly requestStream: false;
            readonly responseType: typeof QueryChunkedDataResponse;
            readonly responseStream: true;
            readonly options: {};
        };
    };
};
/** How the plugin is. */
export type DiagnosticsDefinition = typeof DiagnosticsDefinition;
export declare const DiagnosticsDefinition: {
    readonly name: "Diagnostics";
    readonly fullName: "pluginv2.Diagnostics";
    readonly methods: {
        /**
         * Tells whether the plugin, or the datasource in pluginContext, works. Bad health is an answer, not a gRPC
         * error. Hosts show UNIMPLEMENTED as status UNKNOWN.
         */
        readonly checkHealth: {
            readonly name: "CheckHealth";
            readonly requestType: typeof CheckHealthRequest;
            readonly requestStream: false;
            readonly responseType: typeof CheckHealthResponse;
            readonly responseStream: false;
            readonly options: {};
        };
        /** Gives the metrics of the plugin's process. */
        readonly collectMetrics: {
            readonly name: "CollectMetrics";
            readonly requestType: typeof CollectMetricsRequest;
            readonly requestStream: false;
            readonly responseType: typeof CollectMetricsResponse;
            readonly responseStream: false;
            readonly options: {};
        };
    };
};
/**
 * Live channels: the host opens each stream once and passes its packets on to all subscribers. Since Grafana
 * 8.
 */
export type StreamDefinition = typeof StreamDefinition;
export declare const StreamDefinition: {
    readonly name: "Stream";
    readonly fullName: "pluginv2.Stream";
    readonly methods: {
        /** Asked for each user who wants to follow a path: may they, and what do they get first? */
        readonly subscribeStream: {
            readonly name: "SubscribeStream";
            readonly requestType: typeof SubscribeStreamRequest;
            readonly requestStream: false;
            readonly responseType: typeof SubscribeStreamResponse;
            readonly responseStream: false;
            readonly options: {};
        };
        /**
         * Produces the packets of a path. Hosts open it after the first subscriber and cancel it some seconds after
         * the last has gone. Returning without an error ends the stream for good; after an error hosts open it
         * again, with growing delays up to 5 s. It is opened anew when the settings change.
         */
        readonly runStream: {
            readonly name: "RunStream";
            readonly requestType: typeof RunStreamRequest;
            readonly requestStream: false;
            readonly responseType: typeof StreamPacket;
            readonly responseStream: true;
            readonly options: {};
        };
        /** Asked for each user who wants to publish to a path: may they, and what is published? */
        readonly publishStream: {
            readonly name: "PublishStream";
            readonly requestType: typeof PublishStreamRequest;
            readonly requestStream: false;
            readonly responseType: typeof PublishStreamResponse;
            readonly responseStream: false;
            readonly options: {};
        };
    };
};
/** Says yes or no to objects that the host is about to store for an app. Experimental: it may change. */
export type AdmissionControlDefinition = typeof AdmissionControlDefinition;
export declare const AdmissionControlDefinition: {
    readonly name: "AdmissionControl";
    readonly fullName: "pluginv2.AdmissionControl";
    readonly methods: {
        /** Checks an object. */
        readonly validateAdmission: {
            readonly name: "ValidateAdmission";
            readonly requestType: typeof AdmissionRequest;
            readonly requestStream: false;
            readonly responseType: typeof ValidationResponse;
            readonly responseStream: false;
            readonly options: {};
        };
        /** Checks an object and may change it, e.g. fill in defaults. */
        readonly mutateAdmission: {
            readonly name: "MutateAdmission";
            readonly requestType: typeof AdmissionRequest;
            readonly requestStream: false;
            readonly responseType: typeof MutationResponse;
            readonly responseStream: false;
            readonly options: {};
        };
    };
};
/** Moves stored objects from one version of their API to another. Experimental: it may change. */
export type ResourceConversionDefinition = typeof ResourceConversionDefinition;
export declare const ResourceConversionDefinition: {
    readonly name: "ResourceConversion";
    readonly fullName: "pluginv2.ResourceConversion";
    readonly methods: {
        /** Converts all objects of the request, or fails. */
        readonly convertObjects: {
            readonly name: "ConvertObjects";
            readonly requestType: typeof ConversionRequest;
            readonly requestStream: false;
            readonly responseType: typeof ConversionResponse;
            readonly responseStream: false;
            readonly options: {};
        };
    };
};
