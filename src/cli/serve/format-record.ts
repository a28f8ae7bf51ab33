import { printableText } from "grafana-plugin-protocol";
import type { GatewayLogRecord } from "grafana-plugin-protocol/gateway";

/** A record as one line of JSON: time, level and message, then the fields. */
export function formatJsonRecord({ level, message, fields }: GatewayLogRecord, time: Date): string {
  return JSON.stringify({ time: time.toISOString(), level, message, ...fields }, jsonValue);
}

/** A record as one line for a person: time, level, message, then `name=value`. */
export function formatTextRecord({ level, message, fields }: GatewayLogRecord, time: Date): string {
  const pairs = Object.entries(fields).map(([name, value]) => ` ${name}=${textOf(value)}`);
  return printableText(`${time.toISOString()} ${level.padEnd(5)} ${message}${pairs.join("")}`);
}

function textOf(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value, jsonValue) ?? String(value));
  return typeof value === "string" && !/^[^\s"=]+$/.test(text) ? JSON.stringify(text) : text;
}

function jsonValue(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
