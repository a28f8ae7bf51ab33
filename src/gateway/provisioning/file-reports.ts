import { PluginError } from "../../errors.ts";
import { yamlBounds } from "./parse-yaml.ts";
import type { Place } from "./yaml-node.ts";

/** What is wrong with a file, and what is odd. */
export interface FileReports {
  /** An error that names file, line and column. */
  readonly fail: (at: Place, message: string) => PluginError;
  readonly warn: (at: Place, message: string) => void;
  /** Counts a value that is read. @throws PluginError `provisioning_invalid` for one too many */
  readonly count: (at: Place) => void;
}

export function createFileReports(file: string, onWarning: (text: string) => void): FileReports {
  let left: number = yamlBounds.values;
  const where = ({ line, column }: Place): string => `${file}:${line}:${column}`;
  const fail = (at: Place, message: string): PluginError =>
    new PluginError("provisioning_invalid", `${where(at)}: ${message}`);
  return {
    fail,
    warn: (at, message) => onWarning(`${where(at)}: ${message}`),
    count: (at) => {
      left -= 1;
      if (left < 0) throw fail(at, `expected at most ${yamlBounds.values} values, got more by aliases`);
    },
  };
}
