import type { Gateway } from "grafana-plugin-protocol/gateway";

/** Resolves when no plugin of a gateway is starting any more, after `mostMs`, or when the signal is aborted. */
export function whenStarted(gateway: Gateway, mostMs: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = (): void => {
    clearInterval(look);
    clearTimeout(most);
    signal.removeEventListener("abort", end);
    resolve();
  };
  const look = setInterval(() => {
    if (gateway.plugins.every(({ status }) => status !== "starting")) end();
  }, 20);
  const most = setTimeout(end, mostMs);
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  return promise;
}
