/** A change of one proto file, and what `buf breaking` has to say about it. */
export interface Mutation {
  readonly name: string;
  /** Below proto/. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Words of buf's complaint; absent when the change is additive and passes. */
  readonly complaint?: RegExp;
}

const backend = "v2/pluginv2/backend.proto";
const datasource = "v1/models/datasource.proto";
const broker = "go-plugin/plugin/grpc_broker.proto";
const common = "v3/grafana/plugin/v3/common.proto";

export const additive: readonly Mutation[] = [
  {
    name: "a new field",
    file: backend,
    from: "  string queryType = 6;",
    to: "  string queryType = 6;\n  bool hide = 7;",
  },
  {
    name: "a new rpc",
    file: backend,
    from: "service Data {",
    to: "service Data {\n  rpc QueryAgain(QueryDataRequest) returns (QueryDataResponse);",
  },
  {
    name: "a new enum value",
    file: backend,
    from: "  JSON = 1;",
    to: "  JSON = 1;\n  PARQUET = 2;",
  },
  {
    name: "a new message",
    file: backend,
    from: "service Data {",
    to: "message Added {}\n\nservice Data {",
  },
  {
    name: "a new service",
    file: backend,
    from: "service Data {",
    to: "service Added {}\n\nservice Data {",
  },
  {
    name: "another comment",
    file: backend,
    from: "// Queries.",
    to: "// Questions.",
  },
  {
    name: "a field marked as deprecated",
    file: backend,
    from: "  string queryType = 6;",
    to: "  string queryType = 6 [deprecated = true];",
  },
];

export const breaking: readonly Mutation[] = [
  {
    name: "a deleted field",
    file: backend,
    from: "  string queryType = 6;",
    to: "",
    complaint: /Previously present field "6" .* was deleted/,
  },
  {
    name: "a deleted field whose number and name are reserved",
    file: backend,
    from: "  string queryType = 6;",
    to: '  reserved 6;\n  reserved "queryType";',
    complaint: /Previously present field "6" .* was deleted/,
  },
  {
    name: "a renamed field",
    file: backend,
    from: "  string queryType = 6;",
    to: "  string kindOfQuery = 6;",
    complaint: /changed name from "queryType" to "kindOfQuery"/,
  },
  {
    name: "a renumbered field",
    file: backend,
    from: "  string queryType = 6;",
    to: "  string queryType = 60;",
    complaint: /Previously present field "6" .* was deleted/,
  },
  {
    name: "a field of another type",
    file: backend,
    from: "  int64 maxDataPoints = 2;",
    to: "  int32 maxDataPoints = 2;",
    complaint: /changed type from "int64" to "int32"/,
  },
  {
    name: "a field that becomes repeated",
    file: backend,
    from: "  string queryType = 6;",
    to: "  repeated string queryType = 6;",
    complaint: /changed cardinality/,
  },
  {
    name: "a field that loses its presence",
    file: common,
    from: "  optional string rv = 5;",
    to: "  string rv = 5;",
    complaint: /changed cardinality/,
  },
  {
    name: "a field with another JSON name",
    file: backend,
    from: "  string queryType = 6;",
    to: '  string queryType = 6 [json_name = "type"];',
    complaint: /changed option "json_name"/,
  },
  {
    name: "a field that moves into a oneof",
    file: backend,
    from: "  string queryType = 6;",
    to: "  oneof kind {\n    string queryType = 6;\n  }",
    complaint: /moved from outside to inside a oneof/,
  },
  {
    name: "a deleted enum value",
    file: backend,
    from: "  JSON = 1;",
    to: "",
    complaint: /Previously present enum value "1" .* was deleted/,
  },
  {
    name: "a renamed enum value",
    file: datasource,
    from: "    TYPE_BYTES = 5;",
    to: "    TYPE_BLOB = 5;",
    complaint: /changed name from "TYPE_BYTES" to "TYPE_BLOB"/,
  },
  {
    name: "a renamed message",
    file: common,
    from: "message ResourceObject {",
    to: "message StoredObject {",
    complaint: /Previously present message "ResourceObject" was deleted/,
  },
  {
    name: "a deleted rpc",
    file: backend,
    from: "  rpc PublishStream(PublishStreamRequest) returns (PublishStreamResponse);",
    to: "",
    complaint: /Previously present RPC "PublishStream" .* was deleted/,
  },
  {
    name: "a renamed service",
    file: datasource,
    from: "service DatasourcePlugin {",
    to: "service Datasource {",
    complaint: /Previously present service "DatasourcePlugin" was deleted/,
  },
  {
    name: "an rpc with another request",
    file: backend,
    from: "rpc RunStream(RunStreamRequest)",
    to: "rpc RunStream(SubscribeStreamRequest)",
    complaint: /changed request type/,
  },
  {
    name: "a response that becomes a stream",
    file: backend,
    from: "rpc QueryData(QueryDataRequest) returns (QueryDataResponse)",
    to: "rpc QueryData(QueryDataRequest) returns (stream QueryDataResponse)",
    complaint: /changed from server unary to server streaming/,
  },
  {
    name: "a request that is no stream any more",
    file: broker,
    from: "rpc StartStream(stream ConnInfo)",
    to: "rpc StartStream(ConnInfo)",
    complaint: /changed from client streaming to client unary/,
  },
  {
    name: "another package",
    file: broker,
    from: "package plugin;",
    to: "package goplugin;",
    complaint: /package changed from "plugin" to "goplugin"/,
  },
];
