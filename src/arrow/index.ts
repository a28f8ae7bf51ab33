export {
  arrowTableToFrame,
  type ConvertedColumn,
  type TableFrame,
  type TableOptions,
} from "./arrow-table-to-frame.ts";
export type { ConversionName, Conversions } from "./conversions.ts";
export { frameToArrowTable } from "./frame-to-arrow-table.ts";
export { readTable, type TableSource } from "./read-table.ts";
