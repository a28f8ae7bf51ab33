import { PluginError } from "../errors.ts";

/** How to reach a running plugin without a handshake. Plain data: it can be stored and sent as JSON. */
export interface AttachInfo {
  /** The handshake version that the plugin serves. */
  readonly protocolVersion: number;
  readonly network: "unix" | "tcp";
  /** Path of the unix socket, or `host:port`; an empty host (`:1234`) means this machine. */
  readonly address: string;
  /** Process id, if the plugin runs where this process can see it. */
  readonly pid?: number | undefined;
  /**
   * When that process was started, in the system's clock ticks since boot (Linux, `/proc/<pid>/stat`): a host refuses
   * to attach if the id belongs to another process by now.
   */
  readonly startTime?: number | undefined;
  /** The plugin runs under a debugger or a test: an attached host must not end it. */
  readonly test?: boolean | undefined;
}

/**
 * Formats the line that go-plugin systems print for a debugger: a JSON object with the names of go-plugin's
 * `ReattachConfig`, with the address as `{"Network":…,"String":…}`, as in Terraform's `TF_REATTACH_PROVIDERS`.
 */
export function formatAttachInfo(info: AttachInfo): string {
  return JSON.stringify({
    Protocol: "grpc",
    ProtocolVersion: info.protocolVersion,
    ...(info.pid === undefined ? {} : { Pid: info.pid }),
    ...(info.startTime === undefined ? {} : { StartTime: info.startTime }),
    Test: info.test ?? false,
    Addr: { Network: info.network, String: info.address },
  });
}

/**
 * Parses the output of {@link formatAttachInfo}, or an {@link AttachInfo} as JSON. Also accepts one such object under a
 * name, `{"name":{…}}`, as in Terraform's variable.
 *
 * @throws PluginError `invalid_option` saying what was expected.
 */
export function parseAttachInfo(text: string): AttachInfo {
  return toAttachInfo(unwrap(parseJson(text)));
}

/**
 * Checks a value that claims to be an {@link AttachInfo}, or go-plugin's form of it.
 *
 * @throws PluginError `invalid_option` saying what was expected.
 */
export function toAttachInfo(value: unknown): AttachInfo {
  const given = asRecord(value, "attach info");
  const isGo = "Addr" in given;
  const { Network, String: text } = isGo ? asRecord(given["Addr"], "Addr") : {};
  const protocol = isGo ? given["Protocol"] : (given["protocol"] ?? "grpc");
  const protocolVersion = isGo ? given["ProtocolVersion"] : given["protocolVersion"];
  const network = isGo ? Network : given["network"];
  const address = isGo ? text : given["address"];
  const pid = (isGo ? given["Pid"] : given["pid"]) ?? undefined;
  const startTime = (isGo ? given["StartTime"] : given["startTime"]) ?? undefined;
  const test = (isGo ? given["Test"] : given["test"]) ?? undefined;
  if (protocol !== "grpc") {
    throw invalid('the protocol "grpc": net/rpc plugins cannot be attached', protocol);
  }
  if (!isWholeNumber(protocolVersion)) throw invalid("a protocol version from 1 on", protocolVersion);
  if (network !== "unix" && network !== "tcp") throw invalid('the network "unix" or "tcp"', network);
  if (typeof address !== "string" || address === "") throw invalid("an address", address);
  // 0 is how Go writes "unknown".
  if (pid !== undefined && pid !== 0 && !isWholeNumber(pid)) throw invalid("a process id", pid);
  if (startTime !== undefined && !isWholeNumber(startTime)) throw invalid("a start time", startTime);
  if (test !== undefined && typeof test !== "boolean") throw invalid("true or false as test", test);
  return {
    protocolVersion,
    network,
    address,
    ...(pid === undefined || pid === 0 ? {} : { pid }),
    ...(startTime === undefined ? {} : { startTime }),
    ...(test === true ? { test } : {}),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PluginError("invalid_option", `expected attach info as JSON, got ${cut(text)}`, { cause });
  }
}

/** The only entry of `{"name":{…}}`; anything else as it is. */
function unwrap(value: unknown): unknown {
  const entries = typeof value === "object" && value !== null ? Object.values(value) : [];
  const [only] = entries;
  return entries.length === 1 && typeof only === "object" ? only : value;
}

function asRecord(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid(`an object as ${what}`, value);
  }
  return { ...value };
}

function isWholeNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 1;
}

function invalid(expected: string, seen: unknown): PluginError {
  return new PluginError(
    "invalid_option",
    `expected ${expected} in the attach info, got ${cut(JSON.stringify(seen) ?? "none")}: ` +
      "take plugin.attachInfo, or the JSON that the plugin printed",
  );
}

function cut(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
