// What the pages use of packages that are installed below .build, where the type check does not look.
declare module "@grafana/data" {
  export interface DataFrame {
    readonly name?: string;
    readonly refId?: string;
    readonly meta?: unknown;
    readonly length: number;
    readonly fields: readonly {
      readonly name?: string;
      readonly type: string;
      readonly labels?: unknown;
      readonly config: unknown;
      readonly values: readonly unknown[];
      readonly nanos?: readonly number[];
    }[];
  }
  export function dataFrameFromJSON(json: unknown): DataFrame;
  export class StreamingDataFrame implements DataFrame {
    static fromDataFrameJSON(json: unknown, options?: unknown): StreamingDataFrame;
    readonly length: number;
    readonly fields: DataFrame["fields"];
    push(json: unknown): unknown;
  }
}

declare module "@grafana/runtime" {
  import type { DataFrame } from "@grafana/data";
  import type { Observable } from "rxjs";

  export interface QueryResponse {
    readonly data: readonly DataFrame[];
    readonly state?: string;
    readonly errors?: readonly {
      readonly refId?: string;
      readonly message?: string;
      readonly status?: number;
    }[];
  }
  export function toDataQueryResponse(answer: unknown, queries?: readonly unknown[]): QueryResponse;
  export function setBackendSrv(service: unknown): void;
  export class DataSourceWithBackend {
    constructor(settings: unknown);
    query(request: unknown): Observable<QueryResponse>;
    getResource(path: string, params?: unknown): Promise<unknown>;
    postResource(path: string, body?: unknown): Promise<unknown>;
    callHealthCheck(): Promise<{ readonly status: string; readonly message: string }>;
  }
}

declare module "rxjs" {
  export interface Observable<T> {
    readonly isObservable: T;
  }
  export function from<T>(promise: Promise<T>): Observable<T>;
  export function lastValueFrom<T>(observable: Observable<T>): Promise<T>;
}

declare module "uplot" {
  interface Series {
    readonly label?: string;
    readonly stroke?: string;
    readonly width?: number;
  }
  // biome-ignore lint/style/noDefaultExport: uPlot has no other
  export default class UPlot {
    constructor(
      options: {
        readonly width: number;
        readonly height: number;
        readonly title?: string;
        readonly series: readonly Series[];
      },
      data: readonly (readonly (number | null)[])[],
      target: HTMLElement,
    );
    readonly data: readonly (readonly (number | null)[])[];
    setData(data: readonly (readonly (number | null)[])[]): void;
  }
}

declare module "*.css" {}
