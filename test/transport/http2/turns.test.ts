import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import type { Http2StreamListener } from "../../../src/transport/http2/http2-stream.ts";
import { frame, requestBlock, uint32 } from "./raw-frames.ts";
import { dialRaw, requestFields, serveRaw } from "./served-raw.ts";

const streams = 2000;
/** More ends than these in one turn of the event loop would hold up other connections. */
const turnEnds = 256;

/** Listeners that note the turn in which each of them hears of its end. */
function endsByTurn(): {
  readonly order: readonly number[];
  readonly turns: readonly number[];
  listener(index: number): Http2StreamListener;
} {
  const order: number[] = [];
  const turns: number[] = [];
  let counted: NodeJS.Immediate | undefined;
  return {
    order,
    turns,
    listener: (index) => ({
      onHeaders: () => {},
      onData: () => {},
      onDrain: () => {},
      onClosed: () => {
        if (counted === undefined) {
          turns.push(0);
          counted = setImmediate(() => {
            counted = undefined;
          });
        }
        order.push(index);
        turns[turns.length - 1] = (turns.at(-1) ?? 0) + 1;
      },
    }),
  };
}

const all = Array.from({ length: streams }, (_, index) => index);

test("the ends of many streams of a lost connection are told in order, in several turns, and all before its own", async (t) => {
  const { connection, closed } = await dialRaw(t);
  const ends = endsByTurn();
  for (const index of all) connection.openStream(requestFields, true, ends.listener(index));

  connection.destroy(0, "cut");
  await closed;

  assert.deepEqual(ends.order, all);
  assert.ok(Math.max(...ends.turns) <= 2 * turnEnds, ends.turns.join());
});

test("so are those of streams that the peer resets at once", async (t) => {
  const ends = endsByTurn();
  let opened = 0;
  const { peer } = await serveRaw(t, { onStream: () => ends.listener(opened++) });
  const ids = all.map((index) => 2 * index + 1);
  peer.send(Buffer.concat(ids.map((id) => frame(1, 4, id, requestBlock))));
  await peer.settled();

  peer.send(Buffer.concat(ids.map((id) => frame(3, 0, id, uint32(8)))));
  await peer.settled();
  while (ends.order.length < streams) await new Promise((resolve) => setImmediate(resolve));

  assert.deepEqual(ends.order, all);
  assert.ok(Math.max(...ends.turns) <= 2 * turnEnds, ends.turns.join());
});

test("many small frames that come at once are read in order, and no more than a thousand in a turn", async (t) => {
  let opened = 0;
  let inTurn = 0;
  let most = 0;
  let isCounting = false;
  const ids: number[] = [];
  const { peer } = await serveRaw(t, {
    onStream: (stream) => {
      opened++;
      ids.push(stream.id);
      inTurn++;
      most = Math.max(most, inTurn);
      if (!isCounting) {
        isCounting = true;
        setImmediate(() => {
          isCounting = false;
          inTurn = 0;
        });
      }
      return endsByTurn().listener(0);
    },
  });
  await peer.settled();
  const many = 10_000;

  peer.send(
    Buffer.concat(Array.from({ length: many }, (_, index) => frame(1, 5, 2 * index + 1, requestBlock))),
  );
  await peer.settled();

  assert.equal(opened, many);
  assert.deepEqual(
    ids,
    ids.toSorted((a, b) => a - b),
  );
  assert.ok(most <= 2 * 1024, String(most));
});

test("what waits for its turn when the peer ends the connection is read before the end", async (t) => {
  let opened = 0;
  const { peer, closed } = await serveRaw(t, {
    onStream: () => {
      opened++;
      return endsByTurn().listener(0);
    },
  });
  await peer.settled();

  peer.socket.end(
    Buffer.concat(Array.from({ length: 5000 }, (_, index) => frame(1, 5, 2 * index + 1, requestBlock))),
  );
  await once(peer.socket, "close");
  await closed;

  assert.equal(opened, 5000);
});
