import { messageOf, PluginError } from "../../errors.ts";
import type { YamlPackage } from "./load-yaml.ts";
import { markPaths, type PathMarks } from "./mark-paths.ts";
import type { Provisioning } from "./provisioning.ts";
import { type ReadSnapshot, readSnapshot } from "./read-snapshot.ts";
import { foldersOf, isSameSnapshot, type Snapshot, takeSnapshot } from "./snapshot.ts";

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

/** Between two looks while nothing changes. */
const intervalMs = 1000;
/** After a look at contents that have changed: those that are the same in two looks in a row are complete. */
const settleMs = 500;
/** Looks after which contents that keep changing are read anyway. */
const maxUnsettled = 20;
/** Every so many looks the contents are compared even if no file and no folder has another time. */
const maxMarked = 5;

/**
 * Looks at the contents of the files instead of subscribing to events of the file system: that detects every kind of
 * replacement, by renaming, through symbolic links as of a ConfigMap, on mounts without events, of a path that did not
 * exist, and of the files of `$__file{…}`. While no file and no folder has another time, a look is one call of the system
 * for each of them.
 */
export function followProvisioning({ yaml, path, apply, onError }: FollowOptions): ProvisioningFollower {
  let last: ReadSnapshot | undefined;
  let seen: Snapshot | undefined;
  let unsettled = 0;
  let marks: PathMarks | undefined;
  let marked = 0;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const usedPaths = (): readonly string[] =>
    last === undefined ? [] : [...last.used.files.keys(), ...last.used.faults.keys()];
  const load = (): void => {
    last = readSnapshot(yaml, path, takeSnapshot(path, [], seen), {});
    unsettled = 0;
    marks = undefined;
    if (!last.outcome.ok) throw last.outcome.error;
    apply(last.outcome.provisioning);
  };
  const lookForChanges = (): void => {
    if (marks !== undefined && marked < maxMarked && marks.areSame()) {
      marked += 1;
      return;
    }
    // Before the contents, so that a change between both is one after the marks.
    const next = markPaths(new Set([...foldersOf(path), ...usedPaths()]));
    marks = undefined;
    marked = 0;
    const before = seen;
    seen = takeSnapshot(path, usedPaths(), seen);
    if (last !== undefined && isSameSnapshot(seen, last.used)) {
      unsettled = 0;
      marks = next;
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
  const lookLater = (): void => {
    // The gateway's server keeps the process running, not this.
    timer = setTimeout(onTime, unsettled === 0 ? intervalMs : settleMs).unref();
  };
  const onTime = (): void => {
    lookForChanges();
    // A listener of the log may have closed the gateway.
    if (!isStopped) lookLater();
  };
  return {
    load,
    start: () => {
      if (timer === undefined) lookLater();
    },
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
