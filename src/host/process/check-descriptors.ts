import { closeSync, openSync } from "node:fs";

/** What the start of a process with pipes takes for a moment: two for each of three pipes, and some of Node's own. */
const needed = 8;

/**
 * Throws the system's EMFILE or ENFILE when there are not enough free descriptors to start a process. Node would find out
 * in the middle, and never close the pipes that it has made until then: each further try would lose some more.
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
