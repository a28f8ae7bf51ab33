import type { MessageFns } from "../message-fns.js";
/** What a host asks. A plugin accepts any absent submessage. */
export interface DatasourceRequest {
    /** Set by the host; one range for all queries. */
    timeRange?: TimeRange | undefined;
    /** Set by the host: the datasource of the first query. */
    datasource?: DatasourceInfo | undefined;
    /** Set by the host; in the order of the panel. */
    queries: Query[];
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** One query of a panel. */
export interface Query {
    /** Set by the host; names the query within its request, e.g. "A", which is also the default. */
    refId: string;
    /** Set by the host: how many points the panel can show. Hosts send 100 when the user gave none. */
    maxDataPoints: bigint;
    /** Set by the host, in milliseconds: a good distance between two points. Hosts send 1000 by default. */
    intervalMs: bigint;
    /**
     * Set by the host: the whole query as its editor saved it, a JSON object. It repeats refId and
     * datasourceId.
     */
    modelJson: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** From when to when. Both forms say the same. */
export interface TimeRange {
    /** Set by the host: the start as the user gave it, e.g. "now-1h", or milliseconds as text. */
    fromRaw: string;
    /** Set by the host: the end as the user gave it, e.g. "now". */
    toRaw: string;
    /** Set by the host, in milliseconds since 1970 (UTC): the start. 0 when fromRaw could not be read. */
    fromEpochMs: bigint;
    /** Set by the host, in milliseconds since 1970 (UTC): the end. 0 when toRaw could not be read. */
    toEpochMs: bigint;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** What a plugin answers. */
export interface DatasourceResponse {
    /** Set by the plugin. Of two results with one refId, hosts keep the later one. */
    results: QueryResult[];
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** The outcome of one query. */
export interface QueryResult {
    /**
     * Set by the plugin when this query failed; empty means success. One failed query makes hosts answer HTTP
     * 400, with the results of the others still in the body.
     */
    error: string;
    /** Set by the plugin: the refId of the query. Hosts file the result under it. */
    refId: string;
    /**
     * Set by the plugin: any JSON value, handed to the panel as "meta". Empty means none; hosts log text that
     * is no JSON and go on without it.
     */
    metaJson: string;
    /** Set by the plugin: results with a time axis. */
    series: TimeSeries[];
    /** Set by the plugin: results in rows and columns. */
    tables: Table[];
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** Rows and columns. */
export interface Table {
    /** Set by the plugin, from left to right. */
    columns: TableColumn[];
    /** Set by the plugin, from top to bottom. */
    rows: TableRow[];
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** The head of a column. Its type is not declared: each cell carries its own. */
export interface TableColumn {
    /** Set by the plugin: the text shown above the column. */
    name: string;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** One row. */
export interface TableRow {
    /** Set by the plugin: one cell for each column, in the order of the columns. */
    values: RowValue[];
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** One cell: a kind, and the value in the field of that kind. Hosts look at no other field. */
export interface RowValue {
    /** Set by the plugin. A number that is not listed makes hosts fail the whole request. */
    kind: RowValue_Kind;
    /** Set by the plugin for TYPE_DOUBLE. Hosts cannot write an infinity as JSON. */
    doubleValue: number;
    /** Set by the plugin for TYPE_INT64. Browsers round it beyond 2^53. */
    int64Value: bigint;
    /** Set by the plugin for TYPE_BOOL. */
    boolValue: boolean;
    /** Set by the plugin for TYPE_STRING. */
    stringValue: string;
    /** Set by the plugin for TYPE_BYTES. Hosts hand it to the panel as base64 text. */
    bytesValue: Uint8Array;
    _unknownFields?: {
        [key: number]: Uint8Array[];
    } | undefined;
}
/** Which field of a RowValue holds the value. */
export declare const RowValue_Kind: {
    /** TYPE_NULL - No value; shown as an empty cell. */
    readonly TYPE_NULL: 0;
    /** TYPE_DOUBLE - The value is in doubleValue. */
    readonly TYPE_DOUBLE: 1;
    /** TYPE_INT64 - The value is in int64Value. */
    readonly TYPE_INT64: 2;
    /** TYPE_BOOL - The value is in boolValue. */
    readonly TYPE_BOOL: 3;
    /** TYPE_STRING - The value is in stringValue. */
    readonly TYPE_STRING: 4;
    /** TYPE_BYTES - The value is in bytesValue. */
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
/** The datasource that the queries are for, as its admin configured it. */
export interface DatasourceInfo {
    /** Set by the host: unique number of the datasource in this host. */
    id: bigint;
    /** Set by the host: number of the organisation that owns the datasource. */
    orgId: bigint;
    /** Set by the host: the name the admin gave it. */
    name: string;
    /** Set by the host: the id of the plugin, e.g. "acme-weather-datasource". */
    type: string;
    /** Set by the host: where the data is; empty when the admin gave none. */
    url: string;
    /** Set by the host: the settings that are no secrets, a JSON object. */
    jsonData: string;
    /** Set by the host: the secret settings by name, in clear text. Keep them out of logs. */
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
/** Points over time. */
export interface TimeSeries {
    /** Set by the plugin: the text of the legend. */
    name: string;
    /** Set by the plugin: labels of the series, e.g. host => "web1"; may be empty. */
    tags: {
        [key: string]: string;
    };
    /** Set by the plugin, oldest first. */
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
/** One value at one time. */
export interface Point {
    /** Set by the plugin, in milliseconds since 1970 (UTC). */
    timestamp: bigint;
    /**
     * Set by the plugin. NaN is the only way to say "no value" (hosts make it null); an infinity breaks the
     * answer.
     */
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
/** Answers queries. */
export type DatasourcePluginDefinition = typeof DatasourcePluginDefinition;
export declare const DatasourcePluginDefinition: {
    readonly name: "DatasourcePlugin";
    readonly fullName: "models.DatasourcePlugin";
    readonly methods: {
        /**
         * Runs all queries of one request. The call fails as a whole with a gRPC error (hosts answer HTTP 500); a
         * query that fails alone is reported in QueryResult.error.
         */
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
