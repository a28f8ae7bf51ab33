export type {
  Builtin,
  DeepPartial,
  Exact,
  KeysOfUnion,
  MessageFns,
} from "../../../gen/ts-proto/v1/message-fns.js";
export {
  DatasourceInfo,
  DatasourcePluginDefinition,
  DatasourceRequest,
  DatasourceResponse,
  Point,
  Query,
  QueryResult,
  RowValue,
  RowValue_Kind,
  Table,
  TableColumn,
  TableRow,
  TimeRange,
  TimeSeries,
} from "../../../gen/ts-proto/v1/models/datasource.js";
export {
  RendererDefinition,
  RenderRequest,
  RenderResponse,
} from "../../../gen/ts-proto/v1/models/renderer.js";
