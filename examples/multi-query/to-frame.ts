import { createField, createFrame, type Frame } from "grafana-plugin-protocol/frames";
import type { Candle, Listed } from "./exchange-api.ts";

/** A series of prices, which alert rules can evaluate. */
export function pricesFrame(symbol: string, candles: readonly Candle[]): Frame {
  return createFrame({
    fields: [
      createField(
        "time",
        "time",
        candles.map(([time]) => new Date(time)),
      ),
      createField(
        "close",
        "float64",
        candles.map(([, close]) => close),
        { labels: { symbol } },
      ),
    ],
    meta: { type: "timeseries-wide", typeVersion: [0, 1] },
  });
}

export function symbolsFrame(listed: readonly Listed[]): Frame {
  return createFrame({
    fields: [
      createField(
        "symbol",
        "string",
        listed.map(({ symbol }) => symbol),
      ),
      createField(
        "name",
        "string",
        listed.map(({ name }) => name),
      ),
      createField(
        "open",
        "bool",
        listed.map(({ isOpen }) => isOpen),
      ),
    ],
    meta: { preferredVisualisationType: "table" },
  });
}
