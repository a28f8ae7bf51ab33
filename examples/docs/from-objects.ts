import { frameFromObjects } from "grafana-plugin-protocol/frames";

const answer = [
  { host: { name: "a", load: { one: 0.5 } }, at: "2026-01-01T00:00:00Z", tags: ["web"] },
  { host: { name: "b", load: { one: 1, five: 2 } }, at: "2026-01-01T00:01:00Z" },
];

const frame = frameFromObjects(
  answer.map((row) => ({ ...row, at: new Date(row.at) })),
  { flatten: true, columns: { at: "time", tags: false } },
);

for (const { name, kind, values } of frame.fields) console.log(name, kind, values);
// → at time [ 1767225600000000000n, 1767225660000000000n ]
// → host.name string [ 'a', 'b' ]
// → host.load.one float64 [ 0.5, 1 ]
// → host.load.five float64 [ null, 2 ]
