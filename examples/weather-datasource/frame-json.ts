import type { Frame } from "./frame.ts";

/**
 * A frame in the JSON form of stream packets: `{"schema": …, "data": …}`, in this order, which the
 * reader in Grafana needs.
 */
export function frameJson(frame: Frame): string {
  const fields = frame.fields.map(({ name, kind, labels }) => ({ name, ...types[kind], labels }));
  return JSON.stringify({ schema: { fields }, data: { values: frame.fields.map(({ values }) => values) } });
}

const types = {
  time: { type: "time", typeInfo: { frame: "time.Time" } },
  float64: { type: "number", typeInfo: { frame: "float64", nullable: true } },
  string: { type: "string", typeInfo: { frame: "string", nullable: true } },
};
