import { createField, createFrame, type Frame } from "grafana-plugin-protocol/frames";

/** Adds up a field of numbers, row by row: `values` makes a list of all of them once. */
function sum(frame: Frame, name: string): number {
  const field = frame.fields.find((each) => each.name === name);
  if (field?.kind !== "float64")
    throw new TypeError(`expected a float64 field "${name}", got ${field?.kind}`);
  return field.values.reduce<number>((total, value) => total + (value ?? 0), 0);
}

/** The same from the typed array of the received bytes, without a list. */
function fastSum(frame: Frame, name: string): number {
  const field = frame.fields.find((each) => each.name === name);
  if (field?.kind !== "float64")
    throw new TypeError(`expected a float64 field "${name}", got ${field?.kind}`);
  const { data, length, validity } = field.column;
  let total = 0;
  for (let row = 0; row < length; row++) {
    const isValue = validity === undefined || ((validity[row >> 3] ?? 0) >> (row & 7)) & 1;
    if (isValue) total += data[row] ?? 0;
  }
  return total;
}

const frame = createFrame({ fields: [createField("rain", "float64", [1.5, null, 2])] });
console.log(sum(frame, "rain"), fastSum(frame, "rain")); // → 3.5 3.5
