/** A launched plugin whose connection is lost, while its process lives. */
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test } from "node:test";
import { Code } from "@connectrpc/connect";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { implementService } from "grafana-plugin-protocol/transport";
import { v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../helpers/at-end.ts";
import { listening } from "../helpers/connected-pair.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { rejectsWithConnectError } from "../helpers/rejection.ts";

test("on TCP without TLS it is ended, and who listens there by then gets nothing", async (t) => {
  const tmp = await privateTmp(t);
  const queryData = () => ({});
  const server = await listening(t, { network: "tcp", host: "127.0.0.1", port: 0 }, [
    implementService(v2.services.data, { queryData }),
  ]);
  const { address } = server;
  assert.ok(address.network === "tcp");
  const command = await tmp.writeExecutable(
    `#!/bin/sh\necho '1|2|tcp|127.0.0.1:${address.port}|grpc|'\nexec sleep 1000\n`,
  );
  const plugin = await launchPlugin({ command, protocols: [v2] });
  atEnd(t, () => plugin.close({ graceMs: 0 }));
  await plugin.data.queryData({});

  await server.close({ graceMs: 0 });
  let connections = 0;
  const stranger = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => stranger.listen(address.port, "127.0.0.1", resolve));
  atEnd(t, () => new Promise((resolve) => stranger.close(resolve)));
  await rejectsWithConnectError(plugin.data.queryData({}), Code.Unavailable);
  assert.equal(connections, 0);
  const { signal } = await plugin.process.exited;

  assert.equal(signal, "SIGKILL");
  const error = await rejectsWithConnectError(plugin.data.queryData({}), Code.Unavailable);
  assert.match(
    String(error.cause),
    /was ended because its connection was lost and another server may listen at its address/,
  );
  assert.equal(connections, 0);
});
