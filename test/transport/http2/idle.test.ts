import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createServerConnection } from "../../../src/transport/http2/http2-connection.ts";
import { atEnd } from "../../helpers/at-end.ts";
import { privateTmp } from "../../helpers/private-tmp.ts";
import { runProgram } from "../../helpers/run-program.ts";
import { createRecordingListener } from "./recording-listener.ts";

const program = join(import.meta.dirname, "idle-program.ts");

test("a connection without streams does not keep a process alive that asked for it, one with streams does", async (t) => {
  const path = await listening(t);

  const { ended, stdout } = runProgram(t, process.execPath, [program, path, "unref"]);

  assert.deepEqual(await ended, { code: 0, signal: null });
  assert.equal(stdout(), "answered\n");
});

test("a connection keeps a process alive that did not ask", async (t) => {
  const path = await listening(t);
  const { ended, firstLine, child } = runProgram(t, process.execPath, [program, path, "ref"]);
  assert.equal(await firstLine(), "answered");

  child.kill("SIGTERM");

  assert.deepEqual(await ended, { code: null, signal: "SIGTERM" });
});

/** Answers a call when the caller has answered many pings, between which it could have ended. */
async function listening(t: TestContext): Promise<string> {
  const path = join((await privateTmp(t)).path, "socket");
  const server = createServer((socket) => {
    atEnd(t, () => socket.destroy());
    const connection = createServerConnection(socket, {
      onStream: (stream) => {
        const pingAndAnswer = (pings: number): void => {
          if (pings === 0) stream.sendHeaders([":status", "200"], true);
          else connection.ping(() => pingAndAnswer(pings - 1));
        };
        pingAndAnswer(50);
        return createRecordingListener();
      },
    });
  }).listen(path);
  await once(server, "listening");
  atEnd(t, () => server.close());
  return path;
}
