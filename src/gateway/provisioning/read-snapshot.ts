import { messageOf, PluginError } from "../../errors.ts";
import type { GatewayAppSettings } from "../gateway-options.ts";
import type { YamlPackage } from "./load-yaml.ts";
import { type PlacedDataSource, parseFile } from "./parse-file.ts";
import type { Provisioning, ReadProvisioningOptions } from "./provisioning.ts";
import { missing, readSmallFile, type SmallFile } from "./read-small-file.ts";
import { findFiles, type Snapshot } from "./snapshot.ts";

/** What a snapshot says, and all files that this depends on. */
export interface ReadSnapshot {
  /** The files of the path and those of `$__file{…}`, as they were read. */
  readonly used: Snapshot;
  readonly outcome:
    | { readonly ok: true; readonly provisioning: Provisioning }
    | { readonly ok: false; readonly error: PluginError };
}

/** Parses the files of a path. Those of `$__file{…}` that the snapshot does not have are read now. */
export function readSnapshot(
  yaml: YamlPackage,
  path: string,
  snapshot: Snapshot,
  { env = process.env }: ReadProvisioningOptions,
): ReadSnapshot {
  const { paths, faults: found } = findFiles(path);
  const files = new Map<string, SmallFile>();
  const faults = new Map(found);
  const textOf = (file: string): string => {
    const fault = faults.get(file) ?? (files.has(file) ? undefined : snapshot.faults.get(file));
    if (fault !== undefined) {
      faults.set(file, fault);
      throw new Error(fault);
    }
    try {
      const read = files.get(file) ?? snapshot.files.get(file) ?? readSmallFile(file);
      files.set(file, read);
      return read.text;
    } catch (reason) {
      faults.set(file, messageOf(reason));
      throw reason;
    }
  };
  const used: Snapshot = { files, faults };
  try {
    return {
      used,
      outcome: { ok: true, provisioning: parse(yaml, path, { paths, faults: found }, { env, textOf }) },
    };
  } catch (error) {
    // Every file is a reason to read again, also those after the one that is wrong.
    for (const file of paths) {
      try {
        textOf(file);
      } catch {
        // It is among the faults now.
      }
    }
    return {
      used,
      outcome: { ok: false, error: error instanceof PluginError ? error : defect(path, error) },
    };
  }
}

function parse(
  yaml: YamlPackage,
  root: string,
  { paths, faults }: ReturnType<typeof findFiles>,
  {
    env,
    textOf,
  }: { readonly env: NonNullable<ReadProvisioningOptions["env"]>; readonly textOf: (file: string) => string },
): Provisioning {
  for (const [folder, why] of faults) throw unusable(folder, why);
  const warnings: string[] = [];
  if (paths.length === 0) {
    warnings.push(
      `${root}: neither this folder nor datasources and plugins in it have a *.yaml or *.yml file`,
    );
  }
  const files = new Set<string>();
  let dataSources: readonly PlacedDataSource[] = [];
  const apps = new Map<string, GatewayAppSettings>();
  const readFile = (file: string): string => {
    files.add(file);
    return textOf(file);
  };
  for (const path of paths) {
    files.add(path);
    let text: string;
    try {
      text = textOf(path);
    } catch (reason) {
      throw unusable(path, messageOf(reason));
    }
    const parsed = parseFile(yaml, path, text, { env, readFile }, (warning) => warnings.push(warning));
    dataSources = dataSources.filter(({ source }) => !parsed.deletions.includes(source.name));
    for (const placed of parsed.dataSources) {
      const same = dataSources.find(({ source }) => source.name === placed.source.name);
      if (same !== undefined) {
        warnings.push(`${placed.where}: replaces the data source of the same name at ${same.where}`);
      }
      dataSources = [...dataSources.filter((each) => each !== same), placed];
    }
    for (const [id, settings] of parsed.apps) apps.set(id, settings);
  }
  checkTogether(dataSources);
  return {
    dataSources: dataSources.map(({ source }) => source),
    apps: Object.fromEntries(apps),
    warnings,
    files: [...files],
  };
}

function checkTogether(dataSources: readonly PlacedDataSource[]): void {
  const byUid = new Map<string, PlacedDataSource>();
  let standard: PlacedDataSource | undefined;
  for (const placed of dataSources) {
    const { source, where } = placed;
    const other = byUid.get(source.uid);
    if (other !== undefined) {
      throw invalid(where, `uid: expected one of its own, got that of the data source at ${other.where}`);
    }
    byUid.set(source.uid, placed);
    if (source.isDefault !== true) continue;
    if (standard !== undefined) {
      throw invalid(where, `isDefault: expected one default, got two: the other is at ${standard.where}`);
    }
    standard = placed;
  }
}

function unusable(path: string, why: string): PluginError {
  if (why !== missing) return invalid(path, why);
  return new PluginError(
    "provisioning_not_found",
    `no provisioning file at "${path}": name a YAML file, or a folder with such files`,
  );
}

/** The message of an error that nobody expected may quote the file. */
function defect(path: string, error: unknown): PluginError {
  return invalid(path, `cannot be read (${error instanceof Error ? error.name : typeof error})`);
}

function invalid(where: string, message: string): PluginError {
  return new PluginError("provisioning_invalid", `${where}: ${message}`);
}
