import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
export interface DatasourceRequest {
    timeRange?: TimeRange | undefined;
    datasource?: DatasourceInfo | undefined;
    queries: Query[];
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface Query {
    refId: string;
    maxDataPoints: bigint;
    intervalMs: bigint;
    modelJson: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface TimeRange {
    fromRaw: string;
    toRaw: string;
    fromEpochMs: bigint;
    toEpochMs: bigint;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface DatasourceResponse {
    results: QueryResult[];
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface QueryResult {
    error: string;
    refId: string;
    metaJson: string;
    series: TimeSeries[];
    tables: Table[];
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface Table {
    columns: TableColumn[];
    rows: TableRow[];
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface TableColumn {
    name: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface TableRow {
    values: RowValue[];
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface RowValue {
    kind: RowValue_Kind;
    doubleValue: number;
    int64Value: bigint;
    boolValue: boolean;
    stringValue: string;
    bytesValue: Uint8Array;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export declare const RowValue_Kind: {
    readonly TYPE_NULL: 0;
    readonly TYPE_DOUBLE: 1;
    readonly TYPE_INT64: 2;
    readonly TYPE_BOOL: 3;
    readonly TYPE_STRING: 4;
    readonly TYPE_BYTES: 5;
};
export type RowValue_Kind = typeof RowValue_Kind[keyof typeof RowValue_Kind];
export declare namespace RowValue_Kind {
    type TYPE_NULL = typeof RowValue_Kind.TYPE_NULL;
    type TYPE_DOUBLE = typeof RowValue_Kind.TYPE_DOUBLE;
    type TYPE_INT64 = typeof RowValue_Kind.TYPE_INT64;
    type TYPE_BOOL = typeof RowValue_Kind.TYPE_BOOL;
    type TYPE_STRING = typeof RowValue_Kind.TYPE_STRING;
    type TYPE_BYTES = typeof RowValue_Kind.TYPE_BYTES;
}
export declare function rowValue_KindFromJSON(object: any): RowValue_Kind;
export declare function rowValue_KindToJSON(object: RowValue_Kind): string;
export interface DatasourceInfo {
    id: bigint;
    orgId: bigint;
    name: string;
    type: string;
    url: string;
    jsonData: string;
    decryptedSecureJsonData: {
        [key: string]: string;
    };
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface DatasourceInfo_DecryptedSecureJsonDataEntry {
    key: string;
    value: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface TimeSeries {
    name: string;
    tags: {
        [key: string]: string;
    };
    points: Point[];
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface TimeSeries_TagsEntry {
    key: string;
    value: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export interface Point {
    timestamp: bigint;
    value: number;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
export declare const DatasourceRequest: MessageFns<DatasourceRequest>;
export declare const Query: MessageFns<Query>;
export declare const TimeRange: MessageFns<TimeRange>;
export declare const DatasourceResponse: MessageFns<DatasourceResponse>;
export declare const QueryResult: MessageFns<QueryResult>;
export declare const Table: MessageFns<Table>;
export declare const TableColumn: MessageFns<TableColumn>;
export declare const TableRow: MessageFns<TableRow>;
export declare const RowValue: MessageFns<RowValue>;
export declare const DatasourceInfo: MessageFns<DatasourceInfo>;
export declare const DatasourceInfo_DecryptedSecureJsonDataEntry: MessageFns<DatasourceInfo_DecryptedSecureJsonDataEntry>;
export declare const TimeSeries: MessageFns<TimeSeries>;
export declare const TimeSeries_TagsEntry: MessageFns<TimeSeries_TagsEntry>;
export declare const Point: MessageFns<Point>;
export type DatasourcePluginDefinition = typeof DatasourcePluginDefinition;
export declare const DatasourcePluginDefinition: {
    readonly name: "DatasourcePlugin";
    readonly fullName: "models.DatasourcePlugin";
    readonly methods: {
        readonly query: {
            readonly name: "Query";
            readonly requestType: typeof DatasourceRequest;
            readonly requestStream: false;
            readonly responseType: typeof DatasourceResponse;
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
