import { frameFromRows } from "grafana-plugin-protocol/frames";

const rows = [
  { at: new Date("2026-01-01"), place: "Seattle", temperature: 8.5, sensor: 17 },
  { at: new Date("2026-01-02"), place: "New York", sensor: 4 },
];

const frame = frameFromRows(rows, {
  at: { kind: "time", name: "time" },
  place: "string",
  temperature: { kind: "float64", config: { unit: "celsius" } },
});

console.log(frame.fields.map(({ name }) => name)); // → [ 'time', 'place', 'temperature' ]
console.log(frame.fields[2]?.values); // → [ 8.5, null ]
