import { create, toBinary } from "@bufbuild/protobuf";
import { HealthCheckRequestSchema } from "../../gen/es/go-plugin/grpc/health/v1/health_pb.js";
import { ServerReflectionRequestSchema } from "../../gen/es/go-plugin/grpc/reflection/v1/reflection_pb.js";
import { ConnInfoSchema } from "../../gen/es/go-plugin/plugin/grpc_broker_pb.js";
import { envelope } from "../helpers/raw-http2.ts";
import { type PluginAttack, requestTo, sending } from "./plugin-attacks.ts";

const empty = envelope(new Uint8Array());
const watch = requestTo("/grpc.health.v1.Health/Watch");
const check = requestTo("/grpc.health.v1.Health/Check");
const reflect = requestTo("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo");
const broker = requestTo("/plugin.GRPCBroker/StartStream");
const stdio = requestTo("/plugin.GRPCStdio/StreamStdio");

/** Questions for the file of a service, each of which is answered with that file and all its imports. */
const questions = repeated(50_000, () => {
  const messageRequest = { case: "fileContainingSymbol", value: "pluginv2.Data" } as const;
  return toBinary(ServerReflectionRequestSchema, create(ServerReflectionRequestSchema, { messageRequest }));
});
const announcements = repeated(200_000, (serviceId) => connInfo({ serviceId, address: "/nowhere" }));
const longAnnouncements = repeated(40, (serviceId) =>
  connInfo({ serviceId, address: "/".repeat(15_000_000) }),
);
const knocks = repeated(200_000, (serviceId) => connInfo({ serviceId, knock: { knock: true } }));
const longName = envelope(
  toBinary(HealthCheckRequestSchema, create(HealthCheckRequestSchema, { service: "\0".repeat(15_000_000) })),
);

/** Attacks on go-plugin's services of a plugin by `servePlugin`. */
export const serviceAttacks: Readonly<Record<string, PluginAttack>> = {
  "16,000 watchers of health": sending(16_000, /streams of .* are open already/, () => empty, {
    fields: watch,
  }),
  "4 times 16,000 watchers of health": fourTimes(
    sending(16_000, /streams of .* are open already/, () => empty, { fields: watch }),
  ),
  "checks of services with names of 15 MB": sending(20, /status 5/, () => longName, { fields: check }),
  "50,000 questions for descriptors": sending(1, /status 0|some wait/, questions, { fields: reflect }),
  "1000 times 50,000 questions whose answers are not read": sending(
    1000,
    /streams of .* are open already|some wait/,
    questions,
    {
      fields: reflect,
      reads: false,
    },
  ),
  "200,000 announcements": sending(1, /status 0/, announcements, { fields: broker }),
  "40 announcements of 15 MB": sending(1, /some wait/, longAnnouncements, { fields: broker, ends: false }),
  "200,000 knocks whose answers are not read": sending(1, /some wait|status 0/, knocks, {
    fields: broker,
    reads: false,
  }),
  "16,000 streams of the broker": sending(16_000, /streams of .* are open already/, () => new Uint8Array(), {
    fields: broker,
    ends: false,
  }),
  "4 times 16,000 readers of stdio": fourTimes(
    sending(16_000, /streams of .* are open already/, () => empty, { fields: stdio }),
  ),
};

/** The same on four connections at once. */
function fourTimes({ expected, attack }: PluginAttack): PluginAttack {
  return {
    expected,
    attack: async (path) => (await Promise.all(Array.from({ length: 4 }, () => attack(path)))).flat(),
  };
}

function connInfo(init: { serviceId: number; address?: string; knock?: { knock: boolean } }): Uint8Array {
  return toBinary(ConnInfoSchema, create(ConnInfoSchema, { network: "unix", ...init }));
}

/** Makes many messages when they are needed. */
function repeated(count: number, make: (index: number) => Uint8Array): () => Uint8Array {
  return () => Buffer.concat(Array.from({ length: count }, (_, index) => envelope(make(index))));
}
