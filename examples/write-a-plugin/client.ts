import { type DataSourceFetch, errorSourceFromHttpStatus } from "grafana-plugin-protocol/sdk";
import { QueryError } from "grafana-plugin-protocol/v2";

export interface Reading {
  /** In milliseconds since 1970. */
  readonly time: number;
  readonly temperature: number;
}

export type Client = ReturnType<typeof createClient>;

export function createClient(fetch: DataSourceFetch, token: string) {
  async function get(path: string, signal: AbortSignal) {
    const response = await fetch(path, { headers: { Authorization: `Bearer ${token}` }, signal });
    const { status } = response;
    if (response.ok) return response.json();
    const errorSource = errorSourceFromHttpStatus(status);
    throw new QueryError(`the greenhouse answered ${status}: ${await response.text()}`, {
      status,
      errorSource,
    });
  }
  return {
    sensors: (signal: AbortSignal): Promise<string[]> => get("sensors", signal),
    latest: (sensor: string, signal: AbortSignal): Promise<Reading> =>
      get(`latest?${new URLSearchParams({ sensor })}`, signal),
    readings: (
      sensor: string,
      from: Date,
      to: Date,
      stepMs: number,
      signal: AbortSignal,
    ): Promise<Reading[]> => {
      const range = { from: `${from.getTime()}`, to: `${to.getTime()}`, step: `${stepMs}` };
      return get(`readings?${new URLSearchParams({ sensor, ...range })}`, signal);
    },
    close: () => fetch.close(),
  };
}
