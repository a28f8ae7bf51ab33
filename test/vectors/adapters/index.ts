import { languages } from "../../../scripts/languages/index.ts";
import type { Form } from "../vector.ts";
import type { Adapter } from "./adapter.ts";
import { createEsAdapter } from "./es.ts";
import { adapterOf, hasAdapter } from "./of-language.ts";
import { createTransportAdapter } from "./transport.ts";
import { createTsProtoAdapter } from "./ts-proto.ts";

const both: readonly Form[] = ["binary", "json"];

/** Every adapter, in the order of the table. */
export const adapters: readonly Adapter[] = [
  {
    name: "es",
    title: "TypeScript, protobuf-es",
    forms: both,
    find: async () => ({ inProcess: await createEsAdapter() }),
  },
  {
    name: "ts-proto",
    title: "TypeScript, ts-proto",
    forms: both,
    without: ["plugin"],
    find: async () => ({ inProcess: await createTsProtoAdapter() }),
  },
  {
    name: "transport",
    title: "TypeScript, our transport",
    forms: ["binary"],
    find: async () => ({ inProcess: await createTransportAdapter() }),
  },
  ...languages.filter(hasAdapter).map(adapterOf),
];
