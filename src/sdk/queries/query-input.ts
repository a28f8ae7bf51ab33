import type { DataQuery } from "../../../gen/es/v2/pluginv2/backend_pb.js";

/** From when to when. Its members are made when they are read. */
export interface QueryTimeRange {
  readonly from: Date;
  readonly to: Date;
  /** In nanoseconds since 1970, as the values of a time field. */
  readonly fromNs: bigint;
  readonly toNs: bigint;
}

/** One query, as its handler receives it. */
export interface QueryInput<Model = unknown> {
  /** Names the query within its call, such as `A`. */
  readonly refId: string;
  /** Empty for queries without a type. */
  readonly queryType: string;
  /** The query as its editor saved it, validated by the schema of its type. */
  readonly model: Model;
  /** 1970 for both ends if the host sends none. */
  readonly timeRange: QueryTimeRange;
  /** A good distance between two points, in milliseconds. 0 if the host sends none. */
  readonly intervalMs: number;
  /** How many points the caller can show. 0 if the host sends none. */
  readonly maxDataPoints: number;
}

export function toQueryInput<Model>(query: DataQuery, model: Model): QueryInput<Model> {
  const { refId, queryType, timeRange, intervalMS, maxDataPoints } = query;
  return {
    refId,
    queryType,
    model,
    timeRange: new MessageTimeRange(timeRange?.fromEpochMS ?? 0n, timeRange?.toEpochMS ?? 0n),
    intervalMs: Number(intervalMS),
    maxDataPoints: Number(maxDataPoints),
  };
}

const nsPerMs = 1_000_000n;

/** A class so that a query that needs none of the four forms makes none. */
class MessageTimeRange implements QueryTimeRange {
  readonly #fromMs: bigint;
  readonly #toMs: bigint;

  constructor(fromMs: bigint, toMs: bigint) {
    this.#fromMs = fromMs;
    this.#toMs = toMs;
  }

  get from(): Date {
    return new Date(Number(this.#fromMs));
  }

  get to(): Date {
    return new Date(Number(this.#toMs));
  }

  get fromNs(): bigint {
    return this.#fromMs * nsPerMs;
  }

  get toNs(): bigint {
    return this.#toMs * nsPerMs;
  }

  /** For `JSON.stringify`, which does not read the getters of a class. */
  toJSON(): { readonly from: Date; readonly to: Date } {
    return { from: this.from, to: this.to };
  }
}
