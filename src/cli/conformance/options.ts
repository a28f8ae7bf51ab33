import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { usageError } from "../usage-error.ts";

/** What the command line asks for. */
export interface Options {
  /** The executable and its arguments: of the plugin, or of what starts a host. */
  readonly command: readonly [string, ...string[]];
  readonly isHost: boolean;
  readonly isJson: boolean;
  readonly isList: boolean;
  readonly isStrict: boolean;
  /** Names of checks or groups; empty means all. */
  readonly only: readonly string[];
  readonly expectedFailures: readonly string[];
  /** The `json` of a data query that the plugin answers with frames. */
  readonly query: string | undefined;
  /** The `json` of a data query that the plugin refuses. */
  readonly badQuery: string;
  /** A PluginContext in ProtoJSON, merged over the default one. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly resource: string | undefined;
  readonly stream: string | undefined;
  /** How long one call and one start may take, in ms. */
  readonly withinMs: number;
  /** How long a plugin may take to end, in ms. */
  readonly stopWithinMs: number;
}

/** The options of the command line with what each does, for `--help` and docs/conformance.md. */
export const optionHelp: readonly (readonly [flag: string, text: string])[] = [
  ["--query FILE", "a query as JSON, as the plugin's query editor saves it; checks of frames need it"],
  ["--bad-query FILE", "a query that the plugin refuses; default: text that is not JSON"],
  ["--settings FILE", "a PluginContext as ProtoJSON, merged over the default one"],
  ["--resource PATH", "the path of a resource to GET; default: a path that no plugin has"],
  ["--stream PATH", "the path of a stream that sends packets; checks of streams need it"],
  ["--only NAMES", "checks or groups, with commas between them; may be repeated"],
  ["--expected-failures FILE", "checks that may fail, one name a line; # begins a comment"],
  ["--strict", "a failure of a check that is only recommended counts, too"],
  ["--within SECONDS", "how long one call and one start may take; default 20"],
  ["--stop-within SECONDS", "how long an end of the plugin may take; default 10"],
  ["--json", "print one JSON object instead of text"],
  ["--list", "print the checks, and run none"],
  [
    "--host",
    "the command starts a host; {plugin} in its arguments is the path of the plugin that watches it",
  ],
  ["--help", "print this"],
];

/**
 * Reads the arguments after `conformance`.
 *
 * @throws the error of {@link usageError} when they are not right; `undefined` means that help is asked for
 */
export function parseOptions(args: readonly string[]): Options | undefined {
  const end = args.indexOf("--");
  const command = end === -1 ? [] : args.slice(end + 1);
  const values = parse(end === -1 ? args : args.slice(0, end));
  if (values.help === true) return undefined;
  const [executable, ...rest] = command;
  if (executable === undefined && values.list !== true) {
    throw usageError(
      "expected -- and a command: grafana-plugin-protocol conformance -- <executable> [arguments]",
    );
  }
  return {
    command: [executable ?? "", ...rest],
    isHost: values.host === true,
    isJson: values.json === true,
    isList: values.list === true,
    isStrict: values.strict === true,
    only: (values.only ?? []).flatMap((names) => names.split(",")).filter((name) => name !== ""),
    expectedFailures: namesIn(read("--expected-failures", values["expected-failures"])),
    query: values.query === undefined ? undefined : jsonFile("--query", values.query),
    badQuery: read("--bad-query", values["bad-query"]) ?? '{"conformance":',
    settings: values.settings === undefined ? {} : JSON.parse(jsonFile("--settings", values.settings)),
    resource: values.resource,
    stream: values.stream,
    withinMs: seconds("--within", values.within ?? "20"),
    stopWithinMs: seconds("--stop-within", values["stop-within"] ?? "10"),
  };
}

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        query: text,
        "bad-query": text,
        settings: text,
        resource: text,
        stream: text,
        only: { type: "string", multiple: true },
        "expected-failures": text,
        strict: flag,
        within: text,
        "stop-within": text,
        json: flag,
        list: flag,
        host: flag,
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (cause) {
    throw usageError(cause instanceof Error ? cause.message : String(cause));
  }
}

function read(name: string, file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw usageError(
      `${name}: cannot read ${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
}

/** The text of a file that has to hold a JSON object. */
function jsonFile(name: string, file: string): string {
  const content = read(name, file) ?? "";
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return content;
  } catch (cause) {
    throw usageError(`${name}: expected JSON in ${file}: ${cause instanceof Error ? cause.message : cause}`);
  }
  throw usageError(`${name}: expected a JSON object in ${file}`);
}

function namesIn(content = ""): readonly string[] {
  return content
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "");
}

function seconds(name: string, given: string): number {
  const value = Number(given);
  if (given.trim() === "" || !(value > 0) || value > 3600) {
    throw usageError(`${name}: expected seconds above 0 and up to 3600, got "${given}"`);
  }
  return value * 1000;
}
