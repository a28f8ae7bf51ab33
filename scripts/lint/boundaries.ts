/** What the files of one folder may import. Paths are from the root of the package. */
export interface Boundary {
  readonly folder: string;
  /** Folders (`src/frames`), files (`src/errors.ts`) or globs of files (`src/transport/*.ts`) beside the folder's own. */
  readonly mayImport: readonly string[];
  /** Packages that only this folder may import. */
  readonly packages?: readonly string[];
  /** Its code runs in a browser too: no `node:` import. */
  readonly isForBrowsers?: boolean;
  /** Only the files directly in the folder, which may not import each other unless `mayImport` names them. */
  readonly isRoot?: boolean;
  /** The message of biome for a refused import. */
  readonly why: string;
}

/** Packages that only the folders that name them may import. */
export const keptPackages: readonly string[] = ["@connectrpc/connect-node", "apache-arrow"];

const shared = ["src/protocol.ts", "src/errors.ts"];
const clock = "src/clock.ts";
const timer = "src/timer.ts";
const rpcError = "src/rpc-error.ts";
const optionalPeer = "src/optional-peer.ts";
const options = ["src/option-checks.ts", "src/whole-number-option.ts"];
const transport = "src/transport/*.ts";

/** For majors to come, too: each knows its own contract. */
const majors = Array.from({ length: 9 }, (_, index) => `v${index + 1}`);

/**
 * Where imports may go between the folders of `src/`. `npm run lint:boundaries` writes them into biome.boundaries.json,
 * which biome.json extends; test/package/boundaries.test.ts plants violations of each.
 */
export const boundaries: readonly Boundary[] = [
  {
    folder: "src",
    mayImport: [...shared, "src/option-checks.ts"],
    isForBrowsers: true,
    isRoot: true,
    why: "the root entry imports protocol.ts, errors.ts and option-checks.ts only",
  },
  {
    folder: "src/transport",
    mayImport: [clock, timer, rpcError],
    packages: ["@connectrpc/connect-node"],
    why: "src/transport imports clock.ts, timer.ts, rpc-error.ts and nothing else of ours",
  },
  {
    folder: "src/transport/http2",
    mayImport: [clock],
    why: "src/transport/http2 knows HTTP/2 only: nothing of gRPC, clock.ts and nothing else of ours",
  },
  {
    folder: "src/transport/grpc",
    mayImport: [transport, "src/transport/http2", clock, timer, rpcError],
    why: "src/transport/grpc imports http2, the top files of src/transport, clock.ts, timer.ts and rpc-error.ts only",
  },
  {
    folder: "src/transport/connect-node",
    mayImport: [transport, timer, rpcError],
    packages: ["@connectrpc/connect-node"],
    why: "src/transport/connect-node imports the top files of src/transport, timer.ts and rpc-error.ts only: it is the oracle of our own",
  },
  {
    folder: "src/go-plugin",
    mayImport: ["src/errors.ts", "src/option-checks.ts", timer, rpcError, "gen/es/go-plugin"],
    why: "src/go-plugin imports errors.ts, option-checks.ts, timer.ts, rpc-error.ts and gen/es/go-plugin only: it serves any go-plugin system",
  },
  {
    folder: "src/host",
    mayImport: ["src/go-plugin", transport, ...shared, ...options, timer, rpcError, "gen/es/go-plugin"],
    why: "src/host imports go-plugin, the top files of transport, protocol.ts, errors.ts, option-checks.ts, timer.ts, rpc-error.ts and gen/es/go-plugin only: no major and nothing of plugin",
  },
  {
    folder: "src/handlers",
    mayImport: ["src/errors.ts"],
    isForBrowsers: true,
    why: "src/handlers imports errors.ts only: the majors and plugin share it",
  },
  {
    folder: "src/plugin",
    mayImport: [
      "src/go-plugin",
      transport,
      "src/handlers",
      ...shared,
      ...options,
      timer,
      rpcError,
      "gen/es/go-plugin",
    ],
    why: "src/plugin imports go-plugin, the top files of transport, handlers, protocol.ts, errors.ts, option-checks.ts, timer.ts, rpc-error.ts and gen/es/go-plugin only: no major and nothing of host",
  },
  {
    folder: "src/frames",
    mayImport: ["src/errors.ts", clock],
    isForBrowsers: true,
    why: "src/frames imports errors.ts and clock.ts only: Arrow is written and read here",
  },
  ...majors.map((major) => ({
    folder: `src/${major}`,
    mayImport: [`gen/es/${major}`, "src/frames", "src/handlers", ...shared],
    isForBrowsers: true,
    why: `src/${major} imports gen/es/${major}, frames, handlers, protocol.ts and errors.ts only: majors do not know each other`,
  })),
  ...majors.map((major) => ({
    folder: `src/ts-proto/${major}`,
    mayImport: [`gen/ts-proto/${major}`],
    isForBrowsers: true,
    why: `src/ts-proto/${major} re-exports gen/ts-proto/${major} only`,
  })),
  {
    folder: "src/compat",
    mayImport: ["src/v1", "src/v2", "gen/es/v1", "gen/es/v2", "src/frames", ...shared, rpcError],
    isForBrowsers: true,
    why: "src/compat imports v1, v2, their gen, frames, protocol.ts, errors.ts and rpc-error.ts only",
  },
  {
    folder: "src/testing",
    mayImport: [
      "src/host",
      "src/plugin",
      "src/sdk",
      "src/v2",
      "gen/es/v2",
      "src/frames",
      "src/go-plugin",
      transport,
      ...shared,
      ...options,
    ],
    why: "src/testing imports host, plugin, sdk, v2 with its gen, frames, go-plugin, the top files of transport, protocol.ts, errors.ts and option-checks.ts only",
  },
  {
    folder: "src/sdk",
    mayImport: [
      "src/plugin",
      "src/handlers",
      "src/go-plugin/hide-secrets.ts",
      "src/go-plugin/log",
      "src/v2",
      "gen/es/v2",
      "src/frames",
      "src/time",
      ...shared,
      ...options,
      optionalPeer,
      transport,
      clock,
      timer,
      rpcError,
    ],
    why: "src/sdk imports plugin, handlers, go-plugin/hide-secrets.ts, go-plugin/log, the top files of transport, v2 with its gen, frames, time, protocol.ts, errors.ts, option-checks.ts, optional-peer.ts, clock.ts, timer.ts and rpc-error.ts only",
  },
  {
    folder: "src/time",
    mayImport: ["src/errors.ts"],
    isForBrowsers: true,
    why: "src/time imports errors.ts only: the authors' layer and the gateway share it",
  },
  {
    folder: "src/gateway",
    mayImport: [
      "src/host",
      "src/compat",
      "src/v1",
      "gen/es/v1",
      "src/v2",
      "gen/es/v2",
      "src/frames",
      "src/handlers",
      "src/time",
      ...shared,
      ...options,
      optionalPeer,
      timer,
      rpcError,
    ],
    why: "src/gateway imports host, compat, v1, v2 with their gen, frames, handlers, time, protocol.ts, errors.ts, option-checks.ts, optional-peer.ts, timer.ts and rpc-error.ts only",
  },
  {
    folder: "src/gateway/client",
    mayImport: [],
    isForBrowsers: true,
    why: "src/gateway/client imports nothing: a page loads it as it is",
  },
  {
    folder: "src/arrow",
    mayImport: ["src/frames", "src/errors.ts"],
    packages: ["apache-arrow"],
    isForBrowsers: true,
    why: "src/arrow imports frames, errors.ts and apache-arrow only",
  },
];
