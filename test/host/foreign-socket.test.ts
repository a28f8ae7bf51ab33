/** Plugins that name a socket which is not theirs. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { lchownSync, linkSync, statSync, symlinkSync, unlinkSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import type { HandlerContext } from "@connectrpc/connect";
import { attachPlugin, launchPlugin } from "grafana-plugin-protocol/host";
import { implementService } from "grafana-plugin-protocol/transport";
import { v2 } from "grafana-plugin-protocol/v2";
import { GRPCBroker } from "../../gen/es/go-plugin/plugin/grpc_broker_pb.js";
import { atEnd } from "../helpers/at-end.ts";
import { listening } from "../helpers/connected-pair.ts";
import { type PrivateTmp, privateTmp } from "../helpers/private-tmp.ts";
import { rejectsWithPluginError } from "../helpers/rejection.ts";
import { startFailure } from "../helpers/start-failure.ts";

/** Another service of this user. */
async function startService(t: TestContext, where: string | number) {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  await new Promise<void>((resolve) =>
    typeof where === "string" ? server.listen(where, resolve) : server.listen(where, "127.0.0.1", resolve),
  );
  atEnd(t, () => new Promise<void>((resolve) => void server.close(() => resolve())));
  return { connections: () => connections };
}

function pluginThatNames(tmp: PrivateTmp, path: string): Promise<string> {
  return tmp.writeExecutable(`#!/bin/sh\necho '1|2|unix|${path}|grpc|'\nexec sleep 1000\n`);
}

suite("a plugin that names the socket of another service", () => {
  test("a plugin that names the socket of another service is refused: nobody connects there, and the socket stays", async (t) => {
    const tmp = await privateTmp(t);
    const path = join(tmp.path, "service");
    const service = await startService(t, path);

    const error = await startFailure(tmp, "untrusted_socket", { command: await pluginThatNames(tmp, path) }, [
      path,
    ]);

    assert.match(error.message, /where it does not listen itself: another service's socket is not dialled/);
    assert.equal(service.connections(), 0);
    assert.ok(statSync(path).isSocket());
  });

  test("a plugin that names the socket of another service by way of a link, from its own directory too, leaves that service's socket alone", async (t) => {
    const tmp = await privateTmp(t);
    const path = join(tmp.path, "service");
    const service = await startService(t, path);
    symlinkSync(path, join(tmp.path, "symbolic"));

    const command = await pluginThatNames(tmp, join(tmp.path, "symbolic"));
    await startFailure(tmp, "untrusted_socket", { command }, [path]);
    linkSync(path, join(tmp.path, "hard"));
    const own = await tmp.writeExecutable(
      `#!/bin/sh\nln -s '${path}' "$PLUGIN_UNIX_SOCKET_DIR/x"\necho "1|2|unix|$PLUGIN_UNIX_SOCKET_DIR/$1|grpc|"\nexec sleep 1000\n`,
      "escapes",
    );
    for (const name of ["x", "../service", "../hard"]) {
      const options = { command: own, args: [name] };
      await startFailure(tmp, "untrusted_socket", options, [path, join(tmp.path, "hard")]);
    }

    assert.equal(service.connections(), 0);
    assert.ok(statSync(path).isSocket());
    unlinkSync(join(tmp.path, "hard"));
  });

  test("a plugin that names the socket of another service is dialled with allowForeignSocket, and the socket still stays", async (t) => {
    const tmp = await privateTmp(t);
    const path = join(tmp.path, "service");
    const service = await startService(t, path);
    const command = await pluginThatNames(tmp, path);

    await startFailure(tmp, "dial_failed", { command, allowForeignSocket: true }, [path]);

    assert.equal(service.connections(), 1);
    assert.ok(statSync(path).isSocket());
  });
});

test("an abstract socket, which has no owner, is not dialled: not for a launched plugin, not for an attached one", {
  skip: process.platform !== "linux" && "only Linux has them",
}, async (t) => {
  const tmp = await privateTmp(t);
  const name = `gpp-test-${process.pid}`;
  const service = await startService(t, `\0${name}`);
  const command = await tmp.writeExecutable(
    `#!/bin/sh\nprintf '1|2|unix|\\000${name}|grpc|\\n'\nexec sleep 1000\n`,
  );
  const attachInfo = { protocolVersion: 2, network: "unix", address: `\0${name}` } as const;

  await startFailure(tmp, "untrusted_socket", { command });
  for (const info of [attachInfo, { ...attachInfo, pid: process.pid }]) {
    await rejectsWithPluginError(attachPlugin({ attachInfo: info, protocols: [v2] }), "untrusted_socket");
  }

  assert.equal(service.connections(), 0);
});

test("a link that another user has put in a plugin's place is not followed by who attaches", {
  skip: process.getuid?.() !== 0 && "only root can give files away",
}, async (t) => {
  const tmp = await privateTmp(t);
  const path = join(tmp.path, "service");
  const service = await startService(t, path);
  const address = join(tmp.path, "plugin");
  symlinkSync(path, address);
  lchownSync(address, 4242, 4242);
  const attachInfo = { protocolVersion: 2, network: "unix", address } as const;

  const error = await rejectsWithPluginError(
    attachPlugin({ attachInfo, protocols: [v2] }),
    "untrusted_socket",
  );

  assert.match(error.message, /belongs to user 4242/);
  assert.equal(service.connections(), 0);
});

test("a brokered address that is another service's socket is not dialled, and the socket stays", async (t) => {
  const tmp = await privateTmp(t);
  const path = join(tmp.path, "service");
  const service = await startService(t, path);
  const startStream = async function* (_: unknown, { signal }: HandlerContext) {
    yield { serviceId: 1, network: "unix", address: path };
    await once(signal, "abort");
  };
  const { address } = await listening(t, { network: "tcp", host: "127.0.0.1", port: 0 }, [
    implementService(GRPCBroker, { startStream }),
  ]);
  assert.ok(address.network === "tcp");
  const command = await tmp.writeExecutable(
    `#!/bin/sh\necho '1|2|tcp|127.0.0.1:${address.port}|grpc|'\nexec sleep 1000\n`,
  );
  const plugin = await launchPlugin({ command, protocols: [v2] });
  atEnd(t, () => plugin.close({ graceMs: 0 }));

  const error = await rejectsWithPluginError(plugin.broker.dial(1), "dial_failed");

  assert.match(error.message, /where it does not listen itself: another service's socket is not dialled/);
  assert.equal(service.connections(), 0);
  assert.ok(statSync(path).isSocket());
});
