import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messageOf, PluginError } from "../../errors.ts";
import { chooseMajor } from "../../go-plugin/handshake/choose-major.ts";
import { parseHostEnvironment } from "../../go-plugin/handshake/environment.ts";
import { formatHandshakeLine } from "../../go-plugin/handshake/handshake-line.ts";
import { hasMagicCookie, magicCookieText } from "../../go-plugin/handshake/magic-cookie.ts";
import { createPluginServices } from "../../go-plugin/services/plugin-services.ts";
import { aroundHandlers } from "../../plugin/around-handlers.ts";
import { connectionLimits } from "../../plugin/connection-limits.ts";
import type { ImplementedMajor } from "../../plugin/implement.ts";
import { reportHandlerErrors } from "../../plugin/report-handler-errors.ts";
import { resolveServeOptions } from "../../plugin/serve-options.ts";
import { grafanaCookie } from "../../protocol.ts";
import { grpcTransport } from "../../transport/grpc-transport.ts";
import type { TransportServer } from "../../transport/socket-transport.ts";
import { childScript } from "./child-script.ts";
import { type Control, type FakeStart, type Hello, openControl } from "./fake-start.ts";

/** Options of {@link fakePlugin}. */
export interface FakePluginOptions {
  /**
   * The handshake line to print, for tests of a host that gets another one: made of the right one. `undefined`: none, so
   * that the host waits in vain.
   */
  readonly handshake?: ((line: string, start: Hello) => string | undefined) | undefined;
  /** The exit code after the host has asked for the end; `false` to stay, so that the host has to kill. Default 0. */
  readonly exitOnShutdown?: number | false | undefined;
}

/** A plugin for tests of hosts, whose handlers run in the test. */
export interface FakePlugin extends AsyncDisposable {
  /** What a host starts: the executable of Node.js, and what makes it a plugin. For `launchPlugin` as it is. */
  readonly command: string;
  readonly args: readonly string[];
  /** The processes that hosts have started, in order, with their environment. */
  readonly starts: readonly FakeStart[];
  /** Ends all processes, and removes the sockets. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Makes a plugin for tests of a host: a real process with a real socket, which the host starts, connects to and kills, and
 * handlers that run in the test, where they may record calls, answer by a script (`scriptedAnswers`) and hold an answer
 * back. The host may be of any language; it may start the plugin several times.
 *
 * The process speaks go-plugin without TLS. Not on Windows.
 *
 * @param majors as for `servePlugin`: handlers from `implement`, `dataSource` or `appPlugin`
 */
export async function fakePlugin(
  majors: readonly [ImplementedMajor, ...ImplementedMajor[]],
  options: FakePluginOptions = {},
): Promise<FakePlugin> {
  if (process.platform === "win32") {
    throw new PluginError(
      "unsupported_runtime",
      "fakePlugin needs unix sockets, which Node.js lacks on Windows",
    );
  }
  const folder = mkdtempSync(join(tmpdir(), "fake-plugin-"));
  const path = join(folder, "control");
  const starts: FakeStart[] = [];
  const sockets = new Set<Socket>();
  const running = new Set<Promise<void>>();
  let count = 0;
  const control = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    const run = runProcess(socket, join(folder, `calls-${count++}`), majors, options, starts).finally(() =>
      running.delete(run),
    );
    running.add(run);
  });
  await listening(control, path);
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= (async () => {
      const ended = new Promise<void>((resolve) => {
        control.close(() => resolve());
      });
      // A process exits when its test is gone.
      for (const socket of sockets) socket.destroy();
      await Promise.all([ended, ...running]);
      rmSync(folder, { recursive: true, force: true });
    })();
    return closed;
  };
  return {
    command: process.execPath,
    args: ["-e", childScript, path],
    starts,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => resolve());
  });
}

/** Serves one process until it ends. */
async function runProcess(
  socket: Socket,
  path: string,
  majors: readonly [ImplementedMajor, ...ImplementedMajor[]],
  { exitOnShutdown = 0, handshake = (line) => line }: FakePluginOptions,
  starts: FakeStart[],
): Promise<void> {
  const control = await openControl(socket);
  if (control === undefined) return;
  const problem = findProblem(control.hello, majors);
  if (problem !== undefined) {
    control.send({ stderr: problem, exit: 1 });
    await control.ended;
    return;
  }
  const [first, ...others] = majors.map(({ version }) => version);
  const { protocolVersions } = parseHostEnvironment(control.hello.env);
  const protocolVersion = chooseMajor([first as number, ...others], protocolVersions);
  const onShutdown = (): void => {
    if (exitOnShutdown !== false) control.send({ exit: exitOnShutdown });
  };
  const major = majors.find(({ version }) => version === protocolVersion) as ImplementedMajor;
  let server: TransportServer;
  try {
    server = await serve(major, path, onShutdown, control);
  } catch (error) {
    control.send({ stderr: `the fake plugin cannot serve: ${messageOf(error)}\n`, exit: 1 });
    await control.ended;
    return;
  }
  control.send({ listen: path });
  const answer = await control.next();
  const address = answer?.["listening"];
  if (typeof address === "string") {
    starts.push(startOf(control, protocolVersion));
    const line = handshake(formatHandshakeLine({ protocolVersion, network: "unix", address }), control.hello);
    if (line !== undefined) control.send({ stdout: `${line}\n` });
  } else if (answer !== undefined) {
    control.send({ stderr: `the fake plugin cannot listen: ${String(answer["error"])}\n`, exit: 1 });
  }
  await control.ended;
  await server.close({ graceMs: 0 });
}

/** Why a plugin would not start either. */
function findProblem({ env }: Hello, majors: readonly ImplementedMajor[]): string | undefined {
  const services = majors.flatMap((major) => major.services.map(({ service }) => service.typeName));
  if (!hasMagicCookie(grafanaCookie(services), env)) return magicCookieText;
  return parseHostEnvironment(env).clientCertificate === undefined
    ? undefined
    : 'the host asks for TLS, which a fake plugin does not speak: set tls to "off" in the host\n';
}

function startOf({ ended, hello, send }: Control, protocolVersion: number): FakeStart {
  return {
    ...hello,
    protocolVersion,
    log: (text) => send({ stderr: text.endsWith("\n") ? text : `${text}\n` }),
    print: (text) => send({ stdout: text }),
    exit: (code = 0) => send({ exit: code }),
    ended,
  };
}

function serve(
  major: ImplementedMajor,
  path: string,
  onShutdown: () => void,
  control: Control,
): Promise<TransportServer> {
  const { services } = major;
  const { limits } = resolveServeOptions([major], {});
  const own = services.map(({ service }) => service);
  const report = reportHandlerErrors((record) => {
    control.send({
      stderr: `${JSON.stringify({ "@level": record.level, "@message": record.message, ...record.fields })}\n`,
    });
  });
  return grpcTransport.listen({
    ...connectionLimits(limits),
    address: { network: "unix", path },
    ...aroundHandlers(own, [report], [], []),
    services: [...services, ...createPluginServices({ services: own, onShutdown })],
  });
}
