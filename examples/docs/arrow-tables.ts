import { tableFromArrays } from "apache-arrow";
import { arrowTableToFrame, frameToArrowTable } from "grafana-plugin-protocol/arrow";
import { createField, createFrame } from "grafana-plugin-protocol/frames";

const frame = createFrame({
  name: "weather",
  fields: [createField("temperature", "float64", [8.5, null], { labels: { place: "Seattle" } })],
});

const table = frameToArrowTable(frame);
console.log(table.numRows, table.getChildAt(0)?.get(0)); // → 2 8.5
console.log(arrowTableToFrame(table).frame.fields[0]?.labels); // → { place: 'Seattle' }

const other = tableFromArrays({ place: ["Seattle", "New York"], day: [new Date(0), new Date(86_400_000)] });
const { frame: made, conversions } = arrowTableToFrame(other, { conversions: { dictionary: "enum" } });

for (const { name, kind, values } of made.fields) console.log(name, kind, values);
// → place enum [ 0, 1 ]
// → day time [ 0n, 86400000000000n ]
for (const { field, from, choice, isExact } of conversions) console.log(field, from, choice, isExact);
// → place Dictionary<Int32, Utf8> enum true
// → day Timestamp<MILLISECOND> time true
