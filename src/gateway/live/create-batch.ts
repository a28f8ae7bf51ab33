import type { Packet } from "./packet.ts";
import { finishFrame, frameRoom } from "./text-frame.ts";

/** The packets of a channel in one turn of the event loop. Each form is written once, whatever the number of subscribers. */
export interface Batch {
  /** The number of packets. */
  readonly size: number;
  /** A text frame of WebSocket with a push of Centrifuge for each packet. */
  readonly frame: () => Buffer;
  /** The text of that frame. */
  readonly text: () => string;
  /** Messages of server-sent events. */
  readonly events: () => Buffer;
}

const pushEnd = Buffer.from("}}}");

/** What stands before the packet in a push of Centrifuge. */
export function pushStart(channel: string): Buffer {
  return Buffer.from(`{"push":{"channel":${JSON.stringify(channel)},"pub":{"data":`);
}

/** @param start that of {@link pushStart} */
export function createBatch(start: Buffer, packets: readonly Packet[]): Batch {
  let frame: Buffer | undefined;
  let text: string | undefined;
  let events: Buffer | undefined;
  return {
    size: packets.length,
    frame: () => {
      frame ??= writeFrame(start, packets);
      return frame;
    },
    text: () => {
      text ??= packets.map(({ line }) => `${start}${line}${pushEnd}`).join("\n");
      return text;
    },
    events: () => {
      events ??= Buffer.from(packets.map(({ bytes }) => eventOf(bytes.toString("utf8"))).join(""));
      return events;
    },
  };
}

function writeFrame(start: Buffer, packets: readonly Packet[]): Buffer {
  let length = packets.length - 1;
  for (const { line } of packets) length += start.length + line.length + pushEnd.length;
  const frame = Buffer.allocUnsafe(frameRoom + length);
  let at = frameRoom;
  for (const { line } of packets) {
    if (at > frameRoom) frame[at++] = 10;
    at += start.copy(frame, at);
    at += line.copy(frame, at);
    at += pushEnd.copy(frame, at);
  }
  return finishFrame(frame);
}

/** A message of server-sent events. Each line of its text has a field of its own, so that the client joins them again. */
export function eventOf(text: string, name?: string): string {
  const data = text.replace(/\r\n?|\n/g, "\ndata: ");
  return `${name === undefined ? "" : `event: ${name}\n`}data: ${data}\n\n`;
}
