import type { StandardSchema } from "grafana-plugin-protocol/sdk";

export interface RangeModel {
  readonly expr: string;
}

export interface TableModel {
  readonly table: string;
  readonly limit: number;
}

export interface RowsModel {
  readonly rows: number;
  readonly chunk: number;
}

interface Settings {
  readonly timeout: number;
  readonly httpMethod: "GET" | "POST";
  readonly tlsAuth: boolean;
}

/** The schemas of the measured data source, of any library. */
export interface Schemas {
  readonly settings: StandardSchema<unknown, Settings>;
  readonly secrets: StandardSchema<unknown, { readonly apiKey: string }>;
  readonly range: StandardSchema<unknown, RangeModel>;
  readonly table: StandardSchema<unknown, TableModel>;
  readonly rows: StandardSchema<unknown, RowsModel>;
}
