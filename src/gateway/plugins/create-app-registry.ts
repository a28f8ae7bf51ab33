import type { MessageInitShape } from "@bufbuild/protobuf";
import type { AppInstanceSettingsSchema } from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { objectOption } from "../../option-checks.ts";
import type { GatewayAppSettings } from "../gateway-options.ts";

export type AppMessage = MessageInitShape<typeof AppInstanceSettingsSchema>;

/** The settings of apps; a call keeps those that it has looked up. */
export interface AppRegistry {
  /** What the app with an id is sent; for one without settings, empty ones. */
  readonly of: (id: string) => AppMessage;
  /** Replaces all. Apps whose settings have not changed keep their time, and so their instances. */
  readonly replace: (given: Readonly<Record<string, GatewayAppSettings>>) => void;
  /** Calls the listener after each replacement. */
  readonly onReplaced: (listener: () => void) => void;
}

export function createAppRegistry(given: Readonly<Record<string, GatewayAppSettings>>): AppRegistry {
  const listeners: (() => void)[] = [];
  let messages = new Map<string, { readonly text: string; readonly message: AppMessage }>();
  const entry = (id: string, settings: GatewayAppSettings) => {
    const text = JSON.stringify([settings.jsonData, settings.secureJsonData, settings.lastUpdated]);
    const before = messages.get(id);
    if (before?.text === text) return before;
    const earliest = Number(before?.message.lastUpdatedMS ?? 0n) + 1;
    return { text, message: appMessage(settings, new Date(Math.max(Date.now(), earliest))) };
  };
  const replace = (next: Readonly<Record<string, GatewayAppSettings>>): void => {
    // Apps that were asked for without settings stay, with none.
    const all = new Map([...messages.keys()].map((id): [string, GatewayAppSettings] => [id, {}]));
    for (const [id, settings] of Object.entries(next)) {
      all.set(id, objectOption(`apps.${id}`, settings, "an object with jsonData and secureJsonData"));
    }
    messages = new Map([...all].map(([id, settings]) => [id, entry(id, settings)]));
    for (const listener of listeners) listener();
  };
  replace(given);
  return {
    of: (id) => {
      const known = messages.get(id) ?? entry(id, {});
      messages.set(id, known);
      return known.message;
    },
    replace,
    onReplaced: (listener) => {
      listeners.push(listener);
    },
  };
}

/** The settings of an app as plugins get them. */
export function appMessage(
  { jsonData = {}, secureJsonData = {}, lastUpdated }: GatewayAppSettings,
  byDefault: Date = new Date(),
): AppMessage {
  return {
    jsonData: new TextEncoder().encode(JSON.stringify(jsonData)),
    decryptedSecureJsonData: { ...secureJsonData },
    lastUpdatedMS: BigInt((lastUpdated ?? byDefault).getTime()),
  };
}
