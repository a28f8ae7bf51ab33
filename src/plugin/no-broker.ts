import { PluginError } from "../errors.ts";
import { type BrokerSide, createBroker } from "../go-plugin/broker/broker.ts";

/** The broker of a plugin without one: every use rejects with code `closed`. */
export function noBroker(): BrokerSide {
  const reason = new PluginError(
    "closed",
    "a standalone plugin has no broker: let a host start it, or serve it with debug",
  );
  const refuse = (): Promise<never> => Promise.reject(reason);
  const end = createBroker({ listen: refuse, dial: refuse });
  void end.close(reason);
  return end;
}
