import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
export declare const DataFrameFormat: {
    readonly ARROW: 0;
    readonly JSON: 1;
};
export type DataFrameFormat = typeof DataFrameFormat[keyof typeof DataFrameFormat];
export declare namespace DataFrameFormat {
    type ARROW = typeof DataFrameFormat.ARROW;
    type JSON = typeof DataFrameFormat.JSON;
}
export declare function dataFrameFormatFromJSON(object: any): DataFrameFormat;
export declare function dataFrameFormatToJSON(object: DataFrameFormat): string;
export interface AppInstanceSettings {
    jsonData: Uint8Array;
    decryptedSecureJsonData: {
        [key: string]: string;
    };
    lastUpdatedMS: bigint;
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
export interface DataSourceInstanceSettings {
    id: bigint;
    name: string;
    url: string;
    user: string;
    database: string;
    basicAuthEnabled: boolean;
    basicAuthUser: string;
    jsonData: Uint8Array;
    decryptedSecureJsonData: {
        [key: string]: string;
    };
    lastUpdatedMS: bigint;
    uid: string;
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
export interface User {
    login: string;
    name: string;
    email: string;
    role: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface PluginContext {
    orgId: bigint;
    pluginId: string;
    user?: User | undefined;
    appInstanceSettings?: AppInstanceSettings | undefined;
    dataSourceInstanceSettings?: DataSourceInstanceSettings | undefined;
    grafanaConfig: {
        [key: string]: string;
    };
    pluginVersion: string;
    userAgent: string;
    apiVersion: string;
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
export interface StringList {
    values: string[];
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface CallResourceRequest {
    pluginContext?: PluginContext | undefined;
    path: string;
    method: string;
    url: string;
    headers: {
        [key: string]: StringList;
    };
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
export interface CallResourceResponse {
    code: number;
    headers: {
        [key: string]: StringList;
    };
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
export interface TimeRange {
    fromEpochMS: bigint;
    toEpochMS: bigint;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface DataQuery {
    refId: string;
    maxDataPoints: bigint;
    intervalMS: bigint;
    timeRange?: TimeRange | undefined;
    json: Uint8Array;
    queryType: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface QueryDataRequest {
    pluginContext?: PluginContext | undefined;
    headers: {
        [key: string]: string;
    };
    queries: DataQuery[];
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
export interface QueryDataResponse {
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
export interface DataResponse {
    frames: Uint8Array[];
    error: string;
    jsonMeta: Uint8Array;
    status: number;
    errorSource: string;
    format: DataFrameFormat;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface QueryChunkedDataRequest {
    pluginContext?: PluginContext | undefined;
    headers: {
        [key: string]: string;
    };
    queries: DataQuery[];
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
export interface QueryChunkedDataResponse {
    refId: string;
    frameId: string;
    frame: Uint8Array;
    error: string;
    status: number;
    errorSource: string;
    format: DataFrameFormat;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface CollectMetricsRequest {
    pluginContext?: PluginContext | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface CollectMetricsResponse {
    metrics?: CollectMetricsResponse_Payload | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface CollectMetricsResponse_Payload {
    prometheus: Uint8Array;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface CheckHealthRequest {
    pluginContext?: PluginContext | undefined;
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
export interface CheckHealthResponse {
    status: CheckHealthResponse_HealthStatus;
    message: string;
    jsonDetails: Uint8Array;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export declare const CheckHealthResponse_HealthStatus: {
    readonly UNKNOWN: 0;
    readonly OK: 1;
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
export interface SubscribeStreamRequest {
    pluginContext?: PluginContext | undefined;
    path: string;
    data: Uint8Array;
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
export interface SubscribeStreamResponse {
    status: SubscribeStreamResponse_Status;
    data: Uint8Array;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export declare const SubscribeStreamResponse_Status: {
    readonly OK: 0;
    readonly NOT_FOUND: 1;
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
export interface PublishStreamRequest {
    pluginContext?: PluginContext | undefined;
    path: string;
    data: Uint8Array;
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
export interface PublishStreamResponse {
    status: PublishStreamResponse_Status;
    data: Uint8Array;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export declare const PublishStreamResponse_Status: {
    readonly OK: 0;
    readonly NOT_FOUND: 1;
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
export interface RunStreamRequest {
    pluginContext?: PluginContext | undefined;
    path: string;
    data: Uint8Array;
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
export interface StreamPacket {
    data: Uint8Array;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface GroupVersionKind {
    group: string;
    version: string;
    kind: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface GroupVersion {
    group: string;
    version: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface AdmissionRequest {
    pluginContext?: PluginContext | undefined;
    operation: AdmissionRequest_Operation;
    kind?: GroupVersionKind | undefined;
    objectBytes: Uint8Array;
    oldObjectBytes: Uint8Array;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export declare const AdmissionRequest_Operation: {
    readonly CREATE: 0;
    readonly UPDATE: 1;
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
export interface ValidationResponse {
    allowed: boolean;
    result?: StatusResult | undefined;
    warnings: string[];
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface MutationResponse {
    allowed: boolean;
    result?: StatusResult | undefined;
    warnings: string[];
    objectBytes: Uint8Array;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface RawObject {
    raw: Uint8Array;
    contentType: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface ConversionRequest {
    pluginContext?: PluginContext | undefined;
    uid: string;
    objects: RawObject[];
    targetVersion?: GroupVersion | undefined;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface ConversionResponse {
    uid: string;
    result?: StatusResult | undefined;
    objects: RawObject[];
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface StatusResult {
    status: string;
    message: string;
    reason: string;
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
export type ResourceDefinition = typeof ResourceDefinition;
export declare const ResourceDefinition: {
    readonly name: "Resource";
    readonly fullName: "pluginv2.Resource";
    readonly methods: {
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
export type DataDefinition = typeof DataDefinition;
export declare const DataDefinition: {
    readonly name: "Data";
    readonly fullName: "pluginv2.Data";
    readonly methods: {
        readonly queryData: {
            readonly name: "QueryData";
            readonly requestType: typeof QueryDataRequest;
            readonly requestStream: false;
            readonly responseType: typeof QueryDataResponse;
            readonly responseStream: false;
            readonly options: {};
        };
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
export type DiagnosticsDefinition = typeof DiagnosticsDefinition;
export declare const DiagnosticsDefinition: {
    readonly name: "Diagnostics";
    readonly fullName: "pluginv2.Diagnostics";
    readonly methods: {
        readonly checkHealth: {
            readonly name: "CheckHealth";
            readonly requestType: typeof CheckHealthRequest;
            readonly requestStream: false;
            readonly responseType: typeof CheckHealthResponse;
            readonly responseStream: false;
            readonly options: {};
        };
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
export type StreamDefinition = typeof StreamDefinition;
export declare const StreamDefinition: {
    readonly name: "Stream";
    readonly fullName: "pluginv2.Stream";
    readonly methods: {
        readonly subscribeStream: {
            readonly name: "SubscribeStream";
            readonly requestType: typeof SubscribeStreamRequest;
            readonly requestStream: false;
            readonly responseType: typeof SubscribeStreamResponse;
            readonly responseStream: false;
            readonly options: {};
        };
        readonly runStream: {
            readonly name: "RunStream";
            readonly requestType: typeof RunStreamRequest;
            readonly requestStream: false;
            readonly responseType: typeof StreamPacket;
            readonly responseStream: true;
            readonly options: {};
        };
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
export type AdmissionControlDefinition = typeof AdmissionControlDefinition;
export declare const AdmissionControlDefinition: {
    readonly name: "AdmissionControl";
    readonly fullName: "pluginv2.AdmissionControl";
    readonly methods: {
        readonly validateAdmission: {
            readonly name: "ValidateAdmission";
            readonly requestType: typeof AdmissionRequest;
            readonly requestStream: false;
            readonly responseType: typeof ValidationResponse;
            readonly responseStream: false;
            readonly options: {};
        };
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
export type ResourceConversionDefinition = typeof ResourceConversionDefinition;
export declare const ResourceConversionDefinition: {
    readonly name: "ResourceConversion";
    readonly fullName: "pluginv2.ResourceConversion";
    readonly methods: {
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
