import type { DataSourceFetch, RequestContext } from "grafana-plugin-protocol/sdk";
import { QueryError } from "grafana-plugin-protocol/v2";

/** What the exchange says of a symbol. */
export interface Listed {
  readonly symbol: string;
  readonly name: string;
  readonly isOpen: boolean;
}

/** The time in milliseconds since 1970, and the price at its end. */
export type Candle = readonly [time: number, close: number];

/** Which candles. */
export interface CandleRange {
  readonly from: Date;
  readonly to: Date;
  readonly stepMs: number;
}

/** The context of a call, whose trace and recorder get the request, and its signal. */
export interface OfCall {
  readonly context?: RequestContext | undefined;
  readonly signal: AbortSignal;
}

/** The client of an exchange. */
export interface ExchangeApi {
  symbols(call: OfCall): Promise<readonly Listed[]>;
  candles(symbol: string, range: CandleRange, call: OfCall): Promise<readonly Candle[]>;
  /** The prices of the trades from now on. */
  trades(symbol: string, signal: AbortSignal): AsyncGenerator<number>;
}

export function createExchangeApi(fetch: DataSourceFetch, token: string): ExchangeApi {
  const get = async (
    path: string,
    params: Record<string, string>,
    { context, signal }: OfCall,
  ): Promise<Response> => {
    const query = new URLSearchParams(params);
    const headers = { Authorization: `Bearer ${token}` };
    const response = await fetch(`${path}?${query}`, { context, signal, headers });
    if (response.ok) return response;
    await response.body?.cancel();
    throw new QueryError(`the exchange answered ${response.status} ${response.statusText}`.trimEnd(), {
      status: response.status === 404 ? 404 : 502,
      errorSource: "downstream",
    });
  };
  return {
    symbols: async (call) => (await (await get("v1/symbols", {}, call)).json()) as Listed[],
    candles: async (symbol, { from, to, stepMs }, call) => {
      const params = { symbol, from: `${from.getTime()}`, to: `${to.getTime()}`, stepMs: `${stepMs}` };
      return (await (await get("v1/candles", params, call)).json()) as Candle[];
    },
    async *trades(symbol, signal) {
      const { body } = await get("v1/trades", { symbol }, { signal });
      let rest = "";
      for await (const part of body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const lines = (rest + part).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) yield (JSON.parse(line) as { readonly price: number }).price;
      }
    },
  };
}
