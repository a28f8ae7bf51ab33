import { isError, messageOf } from "../../../errors.ts";
import { type LogLevel, logLevels } from "../../../go-plugin/log/log-record.ts";
import { hideSecretsInField, hideSecretValues, secretsOf } from "../../../handlers/hide-secret-values.ts";
import { stackOf } from "../../../handlers/stack-of.ts";
import type { LogFields, Logger } from "../../../plugin/create-logger.ts";
import { LevelFunctions, type LogFunction } from "../../../plugin/level-functions.ts";
import { readPropagation } from "../tracing/otlp-settings.ts";
import type { Propagation } from "../tracing/trace-context.ts";
import { callFields, type LoggedCall } from "./call-fields.ts";

/**
 * Makes the log of a call: the same log with plugin, endpoint, trace, data source and user in each line, under the names
 * of the Go SDK, and with what the host adds. Decrypted secrets of the call become `[secret]` in its messages and texts.
 *
 * Costs nothing until the first line: fields are read then.
 *
 * @param formats of trace headers. Default: those of `GF_INSTANCE_OTLP_PROPAGATION`, else W3C Trace Context
 */
export function loggerOfCall(log: Logger, call: LoggedCall, formats?: readonly Propagation[]): Logger {
  return new CallLogger(log, call, undefined, formats);
}

/** What all loggers of a call share, made for its first line. */
interface Known {
  readonly log: Logger;
  readonly secrets: readonly string[];
}

class CallLogger extends LevelFunctions implements Logger {
  readonly #log: Logger;
  readonly #call: LoggedCall;
  readonly #own: LogFields | undefined;
  readonly #formats: readonly Propagation[] | undefined;
  #known: Known | undefined;

  constructor(
    log: Logger,
    call: LoggedCall,
    own: LogFields | undefined,
    formats: readonly Propagation[] | undefined,
  ) {
    super();
    this.#log = log;
    this.#call = call;
    this.#own = own;
    this.#formats = formats;
  }

  get level(): Logger["level"] {
    return this.#log.level;
  }

  get with(): Logger["with"] {
    return (fields) => new CallLogger(this.#log, this.#call, { ...this.#own, ...fields }, this.#formats);
  }

  protected override logAt(level: LogLevel): LogFunction {
    return (message, fields) => {
      if (logLevels.indexOf(level) < logLevels.indexOf(this.#log.level)) return;
      const { log, secrets } = this.#knowledge();
      if (secrets.length === 0) log[level](message, fields);
      else log[level](hideSecretValues(messageOf(message), secrets), hideIn(fields, secrets));
    };
  }

  #knowledge(): Known {
    if (this.#known === undefined) {
      const secrets = secretsOf(this.#call.pluginContext);
      const fields = { ...this.#callFields(), ...hideIn(this.#own, secrets) };
      this.#known = { log: this.#log.with(fields), secrets };
    }
    return this.#known;
  }

  #callFields(): LogFields {
    try {
      return callFields(this.#call, this.#formats ?? readPropagation());
    } catch (reason) {
      // The environment of the host names an unknown format: the line is more important.
      return { contextError: messageOf(reason) };
    }
  }
}

function hideIn(fields: LogFields | undefined, secrets: readonly string[]): LogFields | undefined {
  if (fields === undefined || secrets.length === 0) return fields;
  const hidden: Record<string, unknown> = {};
  try {
    for (const key of Object.keys(fields)) {
      const given = fields[key];
      const value = hideSecretsInField(isError(given) ? stackOf(given) : given, secrets);
      if (key !== "__proto__") hidden[key] = value;
      else Object.defineProperty(hidden, key, { value, enumerable: true });
    }
  } catch (reason) {
    return { value: `it cannot be read: ${hideSecretValues(messageOf(reason), secrets)}` };
  }
  return hidden;
}
