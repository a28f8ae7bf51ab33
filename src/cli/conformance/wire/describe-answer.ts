import { Code } from "grafana-plugin-protocol";
import type { RawAnswer } from "./call-raw.ts";

/** A gRPC status with its name: `12 (Unimplemented)`. */
export function describeStatus(status: number): string {
  return status === 0 ? "0 (OK)" : `${status} (${Code[status] ?? "no such code"})`;
}

/** How a call ended, for a person. */
export function describeAnswer({ end, status, text, messages }: RawAnswer): string {
  const count = messages.length === 1 ? "1 message" : `${messages.length} messages`;
  switch (end) {
    case "status":
      return `status ${describeStatus(status)}${text === "" ? "" : ` "${text.slice(0, 200)}"`}, ${count}`;
    case "late":
      return `no end of the call in time, ${count}`;
    case "lost":
      return "the end of the connection";
    case "reset":
      return `a reset of the stream without a status, ${count}`;
    case "cancelled":
      return `${count} until the call was cancelled`;
  }
}
