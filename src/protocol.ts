import type { DescService } from "@bufbuild/protobuf";
import type { Client, ServiceImpl } from "@connectrpc/connect";

declare const handshakeVersion: unique symbol;

/**
 * A service that belongs to one protocol major: it exists at run time as the plain service
 * descriptor, and its type remembers the handshake version `V` that it travels in.
 * A major of another version cannot hold it.
 */
export type ServiceOfMajor<V extends number, Desc extends DescService> = Desc & {
  readonly [handshakeVersion]?: V;
};

/** Members of a connected plugin other than its services, so no service may use these keys. */
export type ReservedServiceKey =
  | "attachInfo"
  | "broker"
  | "close"
  | "closed"
  | "health"
  | "process"
  | "protocolVersion"
  | "services"
  | "state";

/** Services by their key in clients and implementations. */
export type ServicesByKey = { readonly [key: string]: DescService } & {
  readonly [K in ReservedServiceKey]?: never;
};

/**
 * A protocol major as a value: the handshake version and the services that travel in it.
 *
 * `v1` and `v2` are such values. Extend one by a spread:
 * `{ ...v2, services: { ...v2.services, ...rendererServices } }`.
 * A handshake version of your own is such an object too; `version` is a positive integer.
 */
export interface ProtocolMajor<V extends number = number, S extends ServicesByKey = ServicesByKey> {
  readonly version: V;
  readonly services: S;
}

/**
 * `M`, or `never` in the place that is wrong: a reserved key, or a service of another major.
 * Intersected with a parameter's type it turns those mistakes into compile errors.
 */
export type CheckedMajor<M extends ProtocolMajor> = {
  readonly version: M["version"];
  readonly services: {
    readonly [K in keyof M["services"]]: K extends ReservedServiceKey
      ? never
      : DescService & { readonly [handshakeVersion]?: M["version"] };
  };
};

/** {@link CheckedMajor} for each element of a list of majors. */
export type CheckedMajors<P extends readonly ProtocolMajor[]> = {
  readonly [I in keyof P]: CheckedMajor<P[I]>;
};

/**
 * The typed client of a major: `protocolVersion` and one Connect client per service key.
 * For a union of majors it is the union of their clients, to be narrowed by `protocolVersion`.
 */
export type PluginClient<M extends ProtocolMajor> =
  M extends ProtocolMajor<infer V, infer S>
    ? { readonly protocolVersion: V } & {
        readonly [K in keyof S as K extends ReservedServiceKey ? never : K]: Client<S[K]>;
      }
    : never;

/**
 * Handlers of a major: per service key the methods that the plugin implements. A missing method or service answers
 * UNIMPLEMENTED.
 */
export type PluginImpl<M extends ProtocolMajor> = {
  readonly [K in keyof M["services"] as K extends ReservedServiceKey ? never : K]?: Partial<
    Handlers<M["services"][K]>
  >;
};

/**
 * Connect's handlers of a service, with one difference: a member of a map in an answer may be `undefined`. If a handler
 * returns object literals in several places, TypeScript adds the members of the others to each as `undefined`.
 */
type Handlers<Desc extends DescService> = {
  readonly [K in keyof ServiceImpl<Desc>]: ServiceImpl<Desc>[K] extends (
    ...parameters: infer Parameters
  ) => infer Answer
    ? (...parameters: Parameters) => LooseAnswer<Answer>
    : never;
};

type LooseAnswer<Answer> =
  Answer extends AsyncIterable<infer Message>
    ? AsyncIterable<LooseMaps<Message>>
    : Answer extends Promise<infer Message>
      ? Promise<LooseMaps<Message>>
      : LooseMaps<Answer>;

type LooseMaps<Message> = {
  [K in keyof Message]: string extends keyof NonNullable<Message[K]>
    ? { [name: string]: NonNullable<Message[K]>[string & keyof NonNullable<Message[K]>] | undefined }
    : Message[K];
};

/**
 * The cookie of Grafana and Plutono for a plugin that serves `services` (full proto names):
 * `grafana_plugin_type=datasource` for every kind of plugin, apps too. Hosts before Grafana 7 start a v1 renderer with
 * the value `renderer` instead, so a plugin that serves a renderer accepts both.
 */
export function grafanaCookie(services: readonly string[] = []): {
  readonly key: string;
  readonly values: readonly [string, ...string[]];
} {
  const values: [string, ...string[]] = services.includes("models.Renderer")
    ? ["datasource", "renderer"]
    : ["datasource"];
  return { key: "grafana_plugin_type", values };
}
