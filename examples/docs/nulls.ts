import { createField } from "grafana-plugin-protocol/frames";

const measured = createField("measured", "float64", [1, null, Number.NaN]);
console.log(measured.nullable, measured.values); // → true [ 1, null, NaN ]

const full = createField("full", "float64", [1, 2]);
console.log(full.nullable); // → false

// A batch of a larger answer: the next one may have a null, and the type of a field may not change.
const batch = createField("batch", "float64", [1, 2], { nullable: true });
console.log(batch.nullable); // → true

// From typed arrays: a bit for each row, 1 for a value.
const packed = createField("packed", "float64", {
  length: 3,
  data: Float64Array.of(1, 0, 3),
  validity: Uint8Array.of(0b101),
});
console.log(packed.values); // → [ 1, null, 3 ]
