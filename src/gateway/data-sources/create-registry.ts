import type { GatewayDataSource } from "../gateway-options.ts";
import type { DataSource } from "./data-source.ts";
import { readDataSources } from "./read-data-sources.ts";

/** The data sources of a gateway; a call keeps those that it has looked up. */
export interface DataSourceRegistry {
  readonly all: () => readonly DataSource[];
  readonly byUid: (uid: string) => DataSource | undefined;
  readonly byId: (id: number) => DataSource | undefined;
  readonly byName: (name: string) => DataSource | undefined;
  /** Replaces all. @throws PluginError `invalid_option`; then the old ones stay. */
  readonly replace: (given: readonly GatewayDataSource[]) => void;
  /** Calls the listener after each replacement, whoever made it. */
  readonly onReplaced: (listener: () => void) => void;
}

export function createRegistry(given: readonly GatewayDataSource[]): DataSourceRegistry {
  let all: readonly DataSource[] = [];
  let byUid = new Map<string, DataSource>();
  let byId = new Map<number, DataSource>();
  let byName = new Map<string, DataSource>();
  const listeners: (() => void)[] = [];
  const replace = (next: readonly GatewayDataSource[]): void => {
    all = readDataSources(next, all);
    byUid = new Map(all.map((each) => [each.uid, each]));
    byId = new Map(all.map((each) => [each.id, each]));
    byName = new Map(all.map((each) => [each.name, each]));
    for (const listener of listeners) listener();
  };
  replace(given);
  return {
    all: () => all,
    byUid: (uid) => byUid.get(uid),
    byId: (id) => byId.get(id),
    byName: (name) => byName.get(name),
    replace,
    onReplaced: (listener) => {
      listeners.push(listener);
    },
  };
}
