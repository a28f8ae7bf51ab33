/** Where a scratch file lies, what a file there may import, and what it may not. */
export interface Arrow {
  readonly from: string;
  readonly may: readonly string[];
  readonly mayNot: readonly string[];
}

const everywhere = ["grafana-plugin-protocol", "grafana-plugin-protocol/v2"];

/** The arrows between the folders, as import specifiers seen from one file of each folder. */
export const arrows: readonly Arrow[] = [
  {
    from: "src/planted.ts",
    may: ["./protocol.ts", "./errors.ts", "@connectrpc/connect"],
    mayNot: [...everywhere, "./host/planted.ts", "./v2/planted.ts", "../gen/es/v2/planted.js"],
  },
  {
    from: "src/transport/planted.ts",
    may: [
      "./connect-node/planted.ts",
      "@connectrpc/connect-node",
      "node:net",
      "../timer.ts",
      "../rpc-error.ts",
    ],
    mayNot: [...everywhere, "../errors.ts", "../protocol.ts", "../go-plugin/planted.ts"],
  },
  {
    from: "src/transport/connect-node/planted.ts",
    may: ["../planted.ts", "@connectrpc/connect-node", "../../timer.ts", "../../rpc-error.ts"],
    mayNot: [
      ...everywhere,
      "../../errors.ts",
      "../../go-plugin/planted.ts",
      "../index.ts",
      "../grpc/planted.ts",
      "../http2/planted.ts",
    ],
  },
  {
    from: "src/transport/grpc/planted.ts",
    may: [
      "../planted.ts",
      "../http2/planted.ts",
      "./decode/planted.ts",
      "../../timer.ts",
      "../../rpc-error.ts",
    ],
    mayNot: [...everywhere, "../connect-node/planted.ts", "../../errors.ts", "@connectrpc/connect-node"],
  },
  {
    from: "src/transport/grpc/decode/planted.ts",
    may: ["../planted.ts", "../../planted.ts", "../../http2/planted.ts"],
    mayNot: [...everywhere, "../../connect-node/planted.ts", "../../../errors.ts"],
  },
  {
    from: "src/transport/http2/planted.ts",
    may: ["./hpack/planted.ts", "node:net"],
    mayNot: [...everywhere, "../planted.ts", "../grpc/planted.ts", "../../errors.ts", "../../rpc-error.ts"],
  },
  {
    from: "src/handlers/planted.ts",
    may: ["./other.ts", "../errors.ts", "@bufbuild/protobuf/wire"],
    mayNot: [...everywhere, "../protocol.ts", "../plugin/planted.ts", "../v2/planted.ts", "node:fs"],
  },
  {
    from: "src/go-plugin/planted.ts",
    may: [
      "../errors.ts",
      "../timer.ts",
      "../rpc-error.ts",
      "../option-checks.ts",
      "../../gen/es/go-plugin/plugin/planted.js",
    ],
    mayNot: [
      ...everywhere,
      "../protocol.ts",
      "../host/planted.ts",
      "../transport/planted.ts",
      "../../gen/es/v2/planted.js",
      "@connectrpc/connect-node",
    ],
  },
  {
    from: "src/host/planted.ts",
    may: [
      "../go-plugin/planted.ts",
      "../transport/planted.ts",
      "../protocol.ts",
      "../rpc-error.ts",
      "node:net",
    ],
    mayNot: [
      ...everywhere,
      "../plugin/planted.ts",
      "../v1/planted.ts",
      "../v2/planted.ts",
      "../frames/planted.ts",
      "../cli/planted.ts",
      "../go-plugin/index.ts",
      "../transport/grpc/planted.ts",
      "./index.ts",
      "../../gen/es/v1/planted.js",
      "../../gen/ts-proto/v2/planted.js",
      "@connectrpc/connect-node",
    ],
  },
  {
    from: "src/host/deeper/planted.ts",
    may: ["../planted.ts", "../../go-plugin/planted.ts", "../../errors.ts"],
    mayNot: [
      ...everywhere,
      "../../plugin/planted.ts",
      "../../v2/planted.ts",
      "../../../gen/es/v2/planted.js",
    ],
  },
  {
    from: "src/plugin/planted.ts",
    may: [
      "../go-plugin/planted.ts",
      "../transport/planted.ts",
      "../handlers/planted.ts",
      "../protocol.ts",
      "../errors.ts",
      "../rpc-error.ts",
    ],
    mayNot: [...everywhere, "../host/planted.ts", "../v2/planted.ts", "../../gen/es/v2/planted.js"],
  },
  {
    from: "src/frames/planted.ts",
    may: ["../errors.ts"],
    mayNot: [
      ...everywhere,
      "../protocol.ts",
      "../rpc-error.ts",
      "../v2/planted.ts",
      "../../gen/es/v2/planted.js",
      "apache-arrow",
      "node:fs",
    ],
  },
  {
    from: "src/v1/planted.ts",
    may: [
      "../protocol.ts",
      "../errors.ts",
      "../handlers/planted.ts",
      "../frames/planted.ts",
      "../../gen/es/v1/planted.js",
    ],
    mayNot: [
      ...everywhere,
      "../v2/planted.ts",
      "../host/planted.ts",
      "../../gen/es/v2/planted.js",
      "node:fs",
    ],
  },
  {
    from: "src/v2/planted.ts",
    may: [
      "../protocol.ts",
      "../errors.ts",
      "../handlers/planted.ts",
      "../frames/planted.ts",
      "../../gen/es/v2/planted.js",
    ],
    mayNot: [...everywhere, "../v1/planted.ts", "../../gen/es/v1/planted.js", "apache-arrow", "node:fs"],
  },
  {
    from: "src/v3/planted.ts",
    may: [
      "../protocol.ts",
      "../errors.ts",
      "../handlers/planted.ts",
      "../frames/planted.ts",
      "../../gen/es/v3/planted.js",
    ],
    mayNot: [...everywhere, "../v2/planted.ts", "../../gen/es/v2/planted.js", "node:fs"],
  },
  {
    // A major that is not there yet.
    from: "src/v9/planted.ts",
    may: [
      "../protocol.ts",
      "../errors.ts",
      "../handlers/planted.ts",
      "../frames/planted.ts",
      "../../gen/es/v9/planted.js",
    ],
    mayNot: [
      ...everywhere,
      "../v2/planted.ts",
      "../../gen/es/v2/planted.js",
      "../host/planted.ts",
      "node:fs",
    ],
  },
  {
    from: "src/ts-proto/v2/planted.ts",
    may: ["../../../gen/ts-proto/v2/planted.js"],
    mayNot: [...everywhere, "../../../gen/ts-proto/v1/planted.js", "../../protocol.ts", "node:fs"],
  },
  {
    from: "src/sdk/planted.ts",
    may: [
      "../plugin/planted.ts",
      "../v2/planted.ts",
      "../frames/planted.ts",
      "../time/planted.ts",
      "../../gen/es/v2/planted.js",
    ],
    mayNot: [...everywhere, "../host/planted.ts", "../v1/planted.ts", "../../gen/es/v1/planted.js"],
  },
  {
    from: "src/time/planted.ts",
    may: ["../errors.ts"],
    mayNot: [...everywhere, "../sdk/planted.ts", "../frames/planted.ts", "node:fs"],
  },
  {
    from: "src/compat/planted.ts",
    may: [
      "../v1/planted.ts",
      "../v2/planted.ts",
      "../frames/planted.ts",
      "../../gen/es/v1/planted.js",
      "../../gen/es/v2/planted.js",
    ],
    mayNot: [...everywhere, "../host/planted.ts", "../plugin/planted.ts", "../../gen/es/v3/planted.js"],
  },
  {
    from: "src/gateway/planted.ts",
    may: [
      "../host/planted.ts",
      "../compat/planted.ts",
      "../v1/planted.ts",
      "../v2/planted.ts",
      "../../gen/es/v2/planted.js",
      "../time/planted.ts",
    ],
    mayNot: [...everywhere, "../plugin/planted.ts", "../sdk/planted.ts", "../transport/planted.ts"],
  },
  {
    from: "src/gateway/client/planted.ts",
    may: ["./json-value.ts"],
    mayNot: [
      ...everywhere,
      "../http/planted.ts",
      "../../frames/planted.ts",
      "../../errors.ts",
      "node:events",
    ],
  },
  {
    from: "src/arrow/planted.ts",
    may: ["../frames/planted.ts", "../errors.ts", "apache-arrow"],
    mayNot: [...everywhere, "../v2/planted.ts", "node:fs"],
  },
  {
    from: "src/testing/planted.ts",
    may: [
      "../host/planted.ts",
      "../plugin/planted.ts",
      "../sdk/planted.ts",
      "../go-plugin/planted.ts",
      "../v2/planted.ts",
      "../frames/planted.ts",
      "../transport/planted.ts",
      "../protocol.ts",
    ],
    mayNot: [...everywhere, "../v1/planted.ts", "../transport/http2/planted.ts", "../host/index.ts"],
  },
  {
    from: "src/cli/planted.ts",
    may: ["./other.ts", "grafana-plugin-protocol/host"],
    mayNot: ["../host/planted.ts", "../protocol.ts", "../../gen/es/v2/planted.js"],
  },
  {
    from: "examples/planted/main.ts",
    may: ["./other.ts", "grafana-plugin-protocol/host", "node:fs"],
    mayNot: ["../../src/host/planted.ts", "../../gen/es/v2/planted.js", "../../dist/index.js"],
  },
];
