import type { HeaderFields, Http2StreamListener } from "../../../src/transport/http2/http2-stream.ts";

/** What a listener heard, in words, and promises for the parts that tests wait for. */
export interface RecordingListener extends Http2StreamListener {
  readonly events: readonly string[];
  readonly bytes: () => Buffer;
  readonly headers: Promise<HeaderFields>;
  /** Every header and trailer section that came. */
  readonly sections: readonly HeaderFields[];
  /** END_STREAM of the peer. */
  readonly ended: Promise<void>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string; readonly isLost: boolean }>;
  readonly drained: Promise<void>;
}

export function createRecordingListener(onData: (bytes: number) => void = () => {}): RecordingListener {
  const events: string[] = [];
  const pieces: Buffer[] = [];
  const sections: HeaderFields[] = [];
  const headers = Promise.withResolvers<HeaderFields>();
  const ended = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<{ code: number; reason: string; isLost: boolean }>();
  const drained = Promise.withResolvers<void>();
  return {
    events,
    bytes: () => Buffer.concat(pieces),
    headers: headers.promise,
    sections,
    ended: ended.promise,
    closed: closed.promise,
    drained: drained.promise,
    onHeaders: (fields, endStream) => {
      events.push(`headers${endStream ? " end" : ""}`);
      sections.push(fields);
      headers.resolve(fields);
      if (endStream) ended.resolve();
    },
    onData: (bytes, endStream) => {
      events.push(`data ${bytes.length}${endStream ? " end" : ""}`);
      pieces.push(Buffer.from(bytes));
      onData(bytes.length);
      if (endStream) ended.resolve();
    },
    onDrain: () => {
      events.push("drain");
      drained.resolve();
    },
    onClosed: (code, reason, isLost) => {
      events.push(`closed ${code}`);
      closed.resolve({ code, reason, isLost });
    },
  };
}
