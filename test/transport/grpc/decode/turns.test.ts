import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { isPromise } from "node:util/types";
import { create, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  CallResourceResponseSchema,
  QueryDataRequestSchema,
} from "../../../../gen/es/v2/pluginv2/backend_pb.js";
import { createDecode } from "../../../../src/transport/grpc/decode/message-decoder.ts";
import { emptyItems, unknownFields } from "../../../attacks/messages.ts";

const wanted = (): boolean => true;
/** More fields than any machine reads within a turn. */
const many = unknownFields(40_000_000);

suite("a large message", () => {
  test("of many fields is decoded in several turns of the event loop", async () => {
    const { inTurns } = createDecode();
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns++;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);

    const message = await inTurns(QueryDataRequestSchema, many, wanted);

    isDone = true;
    assert.equal(message.$unknown?.length, 17);
    assert.ok(turns > 1, `${turns} turns`);
  });

  test("is measured and refused in several turns", async () => {
    const { inTurns } = createDecode();

    const refused = inTurns(QueryDataRequestSchema, emptyItems(40_000_000), wanted);

    assert.ok(isPromise(refused));
    await assert.rejects(refused, /limits\.maxDecodedBytes/);
  });

  test("of bytes is decoded at once", () => {
    const { inTurns } = createDecode();
    const body = new Uint8Array(16_000_000);
    const bytes = toBinary(CallResourceResponseSchema, create(CallResourceResponseSchema, { body }));
    // Also while another one waits.
    void inTurns(QueryDataRequestSchema, many, wanted);

    const message = inTurns(CallResourceResponseSchema, bytes, wanted);

    assert.ok(!isPromise(message));
    assert.equal(message.body.length, body.length);
  });

  test("waits for the one before", async () => {
    const { inTurns } = createDecode();
    const ended: number[] = [];

    await Promise.all(
      [0, 1, 2].map(async (index) => {
        await inTurns(QueryDataRequestSchema, many, wanted);
        ended.push(index);
      }),
    );

    assert.deepEqual(ended, [0, 1, 2]);
  });

  test("that is no longer wanted is dropped, and those behind it are decoded", async () => {
    const { inTurns } = createDecode();
    let isWanted = true;
    const dropped = [0, 1].map(() => inTurns(QueryDataRequestSchema, many, () => isWanted));
    const kept = inTurns(QueryDataRequestSchema, many, wanted);

    isWanted = false;

    for (const message of dropped) {
      await assert.rejects(
        async () => message,
        (reason) => reason instanceof ConnectError && reason.code === Code.Canceled,
      );
    }
    assert.equal((await kept).$unknown?.length, 17);
  });
});
