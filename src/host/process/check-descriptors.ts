import { closeSync, openSync } from "node:fs";

/**
 * Descriptors that the start of a process with pipes needs for a moment: two for each of three pipes, and some for
 * Node.
 */
const needed = 8;

/**
 * Throws the system's EMFILE or ENFILE when there are not enough free descriptors to start a process. Node would fail
 * halfway and never close the pipes that it has made until then: each retry would leak more descriptors.
 */
export function checkDescriptors(platform: NodeJS.Platform = process.platform): void {
  if (platform === "win32") return;
  const opened: number[] = [];
  try {
    while (opened.length < needed) opened.push(openSync("/dev/null", "r"));
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}
