import type { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import { createField, createFrame, type Frame, formatFrameJson } from "grafana-plugin-protocol/frames";
import { type Stream, SubscribeStreamResponse_Status } from "grafana-plugin-protocol/v2";

const replayIntervalMs = 50;

/** `replay/seattle` and `replay/new-york`: the days of a place, one after the other. */
export function createStream(database: DatabaseSync): Partial<ServiceImpl<typeof Stream>> {
  const places = database.prepare("select distinct location from weather").all();
  const locations = new Map(places.map(({ location }) => [streamPath(String(location)), String(location)]));
  const days = database.prepare("select date, temp_max from weather where location = ? order by date");
  return {
    subscribeStream({ path }) {
      const { OK, NOT_FOUND } = SubscribeStreamResponse_Status;
      return { status: locations.has(path) ? OK : NOT_FOUND };
    },
    async *runStream({ path }, { signal }) {
      const location = locations.get(path);
      if (location === undefined) throw new ConnectError(`no stream "${path}"`, Code.NotFound);
      for (const { date, temp_max } of days.all(location)) {
        const frame = toFrame(location, Number(date), Number(temp_max));
        yield { data: new TextEncoder().encode(formatFrameJson(frame)) };
        // Rejects when the call is cancelled, which ends the stream.
        await delay(replayIntervalMs, undefined, { signal });
      }
    },
  };
}

/** Paths of streams have no spaces in Grafana. */
function streamPath(location: string): string {
  return `replay/${location.toLowerCase().replaceAll(" ", "-")}`;
}

function toFrame(location: string, time: number, temperature: number): Frame {
  return createFrame({
    fields: [
      createField("time", "time", [time]),
      createField("temp_max", "float64", [temperature], { labels: { location } }),
    ],
  });
}
