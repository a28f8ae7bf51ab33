import { HttpFailure } from "../../http/http-failure.ts";
import { isPlainObject } from "../../http/is-plain-object.ts";
import { parseKeepingDigits } from "../../http/parse-keeping-digits.ts";
import { orgPrefix } from "../create-channels.ts";
import { type ChannelAddress, parseChannel } from "../parse-channel.ts";
import { type CommandError, commandErrors } from "./codes.ts";

/** A line of a client: a command has `id` and a member with its name, the answer to a ping has nothing. */
export type Command = Readonly<Record<string, unknown>>;

/** @returns `undefined` for a text that is not an object of JSON */
export function readCommand(line: string): Command | undefined {
  try {
    const command = parseKeepingDigits(line);
    return isPlainObject(command) ? command : undefined;
  } catch {
    return undefined;
  }
}

/** The id of a command; `undefined` for one without. */
export function idOf({ id }: Command): number | undefined {
  return typeof id === "number" && Number.isSafeInteger(id) && id > 0 ? id : undefined;
}

/** The channel of a command. @throws HttpFailure 400 or 404, CommandRefusal for another organisation */
export function channelOf(body: unknown): ChannelAddress {
  const channel = isPlainObject(body) ? body["channel"] : undefined;
  const [, org, name = ""] = (typeof channel === "string" && /^(\d+)\/(.*)$/s.exec(channel)) || [];
  if (org === undefined) {
    throw new HttpFailure(400, "invalid channel ID: expected 1/ds/<uid>/<path> or 1/plugin/<id>/<path>");
  }
  if (`${org}/` !== orgPrefix) throw new CommandRefusal(commandErrors.permissionDenied);
  return parseChannel(name);
}

const encoder = new TextEncoder();

/** The data of a command as JSON, with the digits that it had; empty without. @throws HttpFailure 400 */
export function dataOf(body: unknown): Uint8Array {
  const data = isPlainObject(body) ? body["data"] : undefined;
  if (data === undefined) return new Uint8Array();
  try {
    return encoder.encode(JSON.stringify(data));
  } catch (cause) {
    throw new HttpFailure(400, "expected data that is nested less deep", { cause });
  }
}

/** The failure of a command with an error of Centrifuge. */
export class CommandRefusal extends Error {
  override readonly name: string = "CommandRefusal";
  readonly error: CommandError;

  constructor(error: CommandError) {
    super(error.message);
    this.error = error;
  }
}

/** What a client is told: a status of HTTP below 500 is the code, as in Grafana; other failures may pass. */
export function toCommandError(error: unknown): CommandError {
  if (error instanceof CommandRefusal) return error.error;
  if (!(error instanceof HttpFailure)) return commandErrors.internal;
  const { status, message } = error;
  if (status === 503) return { ...commandErrors.tooManyRequests, message };
  return status < 500 || status === 501 ? { code: status, message } : { ...commandErrors.internal, message };
}
