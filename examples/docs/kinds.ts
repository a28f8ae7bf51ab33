import { createField, createFrame } from "grafana-plugin-protocol/frames";

const levels = { type: { enum: { text: ["low", "middle", "high"] } } };
const frame = createFrame({
  fields: [
    createField("from a typed array", "uint8", Uint8Array.of(200, 255)),
    createField("64 bits", "int64", [9007199254740993n, 2]),
    createField("alive", "bool", [true, false]),
    createField("tags", "json", [{ rack: 4 }, ["a", "b"]]),
    createField("level", "enum", [0, 2], { config: levels }),
  ],
});

for (const { name, kind, values } of frame.fields) console.log(`${name}: ${kind}`, values);
// → from a typed array: uint8 [ 200, 255 ]
// → 64 bits: int64 [ 9007199254740993n, 2n ]
// → alive: bool [ true, false ]
// → tags: json [ { rack: 4 }, [ 'a', 'b' ] ]
// → level: enum [ 0, 2 ]
