export type { ConversionName, Conversions } from "./conversions.ts";
export { frameToTable } from "./frame-to-table.ts";
export { readTable, type TableSource } from "./read-table.ts";
export { type ConvertedColumn, type TableFrame, type TableOptions, tableToFrame } from "./table-to-frame.ts";
