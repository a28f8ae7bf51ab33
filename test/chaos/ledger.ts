import { setTimeout as delay } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";
import { PluginError } from "grafana-plugin-protocol";

/**
 * How a call or a start ended: `ok`, the code of its `PluginError`, or the code of its `ConnectError` in lower case,
 * followed by the code of its cause, if that is a `PluginError`: `unavailable/exited`.
 */
export type Outcome = string;

/** What became of everything that was called or started. */
export interface Ledger {
  /**
   * Follows one call, or one start, to its end. It has to end in time, and in one of the ways expected.
   *
   * @returns how it ended
   */
  readonly follow: (what: string, call: Promise<unknown>, expected: readonly Outcome[]) => Promise<Outcome>;
  readonly count: () => LedgerCount;
}

export interface LedgerCount {
  readonly calls: number;
  readonly unsettled: number;
  readonly wrongCode: number;
  /** A line for each call that did not settle or ended in the wrong way. */
  readonly complaints: readonly string[];
}

/** Far longer than anything takes, also on a busy machine: what is not settled by then never will be. */
const longMs = 120_000;

export function createLedger({ settleMs = longMs }: { readonly settleMs?: number } = {}): Ledger {
  const count = { calls: 0, unsettled: 0, wrongCode: 0 };
  const complaints: string[] = [];
  return {
    count: () => ({ ...count, complaints }),
    follow: async (what, call, expected) => {
      count.calls++;
      const waiting = new AbortController();
      const tooLate = delay(settleMs, "unsettled", { signal: waiting.signal }).catch(() => "unsettled");
      const outcome = await Promise.race([call.then(() => "ok", outcomeOf), tooLate]);
      waiting.abort();
      if (outcome === "unsettled") {
        count.unsettled++;
        complaints.push(`${what}: not settled after ${settleMs} ms`);
      } else if (!expected.includes(outcome)) {
        count.wrongCode++;
        complaints.push(`${what}: expected ${expected.join(" or ")}, got ${outcome}`);
      }
      return outcome;
    },
  };
}

function outcomeOf(reason: unknown): Outcome {
  if (reason instanceof PluginError) return reason.code;
  if (!(reason instanceof ConnectError)) return `${reason}`;
  const code = Code[reason.code].replace(/(?<=[a-z])[A-Z]/g, "_$&").toLowerCase();
  return reason.cause instanceof PluginError ? `${code}/${reason.cause.code}` : code;
}
