import type { Exercise } from "./exercise.ts";

const way = new URL(import.meta.url).search;

/** Stands in for the decoder and fails in the way that its address asks for, such as `failing-exercise.ts?hang`. */
export const exercise: Exercise = () => {
  if (way === "?error") throw new TypeError("another error");
  if (way === "?crash") process.kill(process.pid, "SIGKILL");
  if (way === "?exit") process.exit(0);
  if (way === "?memory") Buffer.alloc(600 * 2 ** 20, 1);
  // A signal to itself may take a moment to arrive.
  while (way === "?hang" || way === "?crash");
  return "ok";
};
