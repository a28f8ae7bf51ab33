import { createField, FrameError } from "grafana-plugin-protocol/frames";

const time = createField("time", "time", [
  new Date("2026-01-01T00:00:00Z"),
  1767225600000.25, // milliseconds, the fraction in nanoseconds
  1767225600000250001n, // nanoseconds
]);

console.log(time.values); // → [ 1767225600000000000n, 1767225600000250000n, 1767225600000250001n ]
console.log([...time.epochMs()]); // → [ 1767225600000, 1767225600000, 1767225600000 ]

try {
  createField("time", "time", [new Date("3000-01-01")]);
} catch (error) {
  console.log(error instanceof FrameError && error.code); // → time_out_of_range
}
