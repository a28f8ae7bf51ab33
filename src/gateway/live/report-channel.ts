import { withoutSecrets } from "../calls/plugin-failure.ts";
import { secretsOf } from "../calls/secrets-of.ts";
import type { GatewayCore } from "../gateway-core.ts";
import type { StreamEnd } from "./keep-running.ts";
import type { LiveCounters } from "./live-metrics.ts";
import type { OpenedWith } from "./opened-with.ts";

/** What metrics and the log have of a channel. */
export interface ChannelReports {
  readonly onPackets: (packets: number, subscribers: number) => void;
  readonly onRetry: (reason: string, delayMs: number) => void;
  readonly onEnd: (end: StreamEnd | undefined) => void;
  /** The stream was ended, because nobody is there any more. */
  readonly onCancelled: () => void;
}

/** @param openedWith the settings that the stream was opened with: their secrets are kept out of the log */
export function reportChannel(
  { metrics, settings: { log } }: GatewayCore,
  counters: LiveCounters,
  { channel, pluginId }: { readonly channel: string; readonly pluginId: string },
  openedWith: () => OpenedWith | undefined,
): ChannelReports {
  const fields = { channel, pluginId };
  return {
    onPackets: (packets, subscribers) => {
      counters.packets += packets;
      counters.messages += packets * subscribers;
    },
    onRetry: (reason, delayMs) => {
      metrics.called(pluginId, "runStream", "error");
      const opened = openedWith();
      const secrets = secretsOf(opened, opened?.source);
      log({
        level: "warn",
        message: "live stream failed and is opened again",
        fields: { ...fields, reason: withoutSecrets(reason, secrets), delayMs },
      });
    },
    onEnd: (end) => {
      metrics.called(pluginId, "runStream", end === undefined ? "ok" : "error");
      log({
        level: "info",
        message: "live stream has ended",
        fields: { ...fields, ...(end === undefined ? {} : { status: end.code, reason: end.message }) },
      });
    },
    onCancelled: () => metrics.called(pluginId, "runStream", "cancelled"),
  };
}
