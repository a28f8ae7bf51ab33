import { messageOf, PluginError } from "../../errors.ts";
import type { YamlPackage } from "./load-yaml.ts";
import type { Provisioning } from "./provisioning.ts";
import { type ReadSnapshot, readSnapshot } from "./read-snapshot.ts";
import { isSameSnapshot, type Snapshot, takeSnapshot } from "./snapshot.ts";

/** Reads provisioning again when its files change. */
export interface ProvisioningFollower {
  /** Reads the files now and applies what they say. @throws PluginError what is wrong; then nothing was applied. */
  readonly load: () => void;
  /** Begins to look for changes. */
  readonly start: () => void;
  readonly stop: () => void;
}

export interface FollowOptions {
  readonly yaml: YamlPackage;
  readonly path: string;
  /** Takes over what the files say; throws when that is not possible. */
  readonly apply: (provisioning: Provisioning) => void;
  /** A change that could not be applied. */
  readonly onError: (error: PluginError) => void;
}

/** Contents that are the same in two looks in a row are complete. */
const intervalMs = 500;
/** Looks after which contents that keep changing are read anyway. */
const maxUnsettled = 20;

/**
 * Looks at the contents of the files instead of subscribing to events of the file system: that detects every kind of
 * replacement, by renaming, through symbolic links as of a ConfigMap, on mounts without events, of a path that did not
 * exist, and of the files of `$__file{…}`.
 */
export function followProvisioning({ yaml, path, apply, onError }: FollowOptions): ProvisioningFollower {
  let last: ReadSnapshot | undefined;
  let seen: Snapshot | undefined;
  let unsettled = 0;
  let timer: NodeJS.Timeout | undefined;
  const look = (): Snapshot => {
    const { files, faults } = last?.used ?? {
      files: new Map<string, never>(),
      faults: new Map<string, never>(),
    };
    return takeSnapshot(path, [...files.keys(), ...faults.keys()], seen);
  };
  const load = (): void => {
    last = readSnapshot(yaml, path, takeSnapshot(path, [], seen), {});
    unsettled = 0;
    if (!last.outcome.ok) throw last.outcome.error;
    apply(last.outcome.provisioning);
  };
  const onTime = (): void => {
    const before = seen;
    seen = look();
    if (last !== undefined && isSameSnapshot(seen, last.used)) {
      unsettled = 0;
      return;
    }
    unsettled += 1;
    const isSettled = before !== undefined && isSameSnapshot(seen, before);
    if (!isSettled && unsettled < maxUnsettled) return;
    try {
      load();
    } catch (error) {
      onError(
        error instanceof PluginError ? error : new PluginError("provisioning_invalid", messageOf(error)),
      );
    }
  };
  return {
    load,
    start: () => {
      // The gateway's server keeps the process running, not this.
      timer ??= setInterval(onTime, intervalMs).unref();
    },
    stop: () => clearInterval(timer),
  };
}
