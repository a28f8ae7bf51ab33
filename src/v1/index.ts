export type { GenEnum, GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
export {
  type DatasourceInfo,
  DatasourceInfoSchema,
  DatasourcePlugin,
  type DatasourceRequest,
  DatasourceRequestSchema,
  type DatasourceResponse,
  DatasourceResponseSchema,
  type Point,
  PointSchema,
  type Query,
  type QueryResult,
  QueryResultSchema,
  QuerySchema,
  type RowValue,
  RowValue_Kind,
  RowValue_KindSchema,
  RowValueSchema,
  type Table,
  type TableColumn,
  TableColumnSchema,
  type TableRow,
  TableRowSchema,
  TableSchema,
  type TimeRange,
  TimeRangeSchema,
  type TimeSeries,
  TimeSeriesSchema,
} from "../../gen/es/v1/models/datasource_pb.js";
export {
  Renderer,
  type RenderRequest,
  RenderRequestSchema,
  type RenderResponse,
  RenderResponseSchema,
} from "../../gen/es/v1/models/renderer_pb.js";
export { type FrameToSeriesOptions, frameToSeries } from "./frames/frame-to-series.ts";
export { frameToTable } from "./frames/frame-to-table.ts";
export { seriesToFrame } from "./frames/series-to-frame.ts";
export { tableToFrame } from "./frames/table-to-frame.ts";
export { type V1, v1 } from "./v1.ts";
