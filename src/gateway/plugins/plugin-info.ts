import type { MessageInitShape } from "@bufbuild/protobuf";
import type { AppInstanceSettingsSchema } from "../../../gen/es/v2/pluginv2/backend_pb.js";

/** What clients of a gateway see of a plugin. */
export interface PluginInfo {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly version: string;
  /** `plugin.json`, or what stands in for it. */
  readonly json: Readonly<Record<string, unknown>>;
  /** The present settings of an app, with its secrets. */
  readonly app: MessageInitShape<typeof AppInstanceSettingsSchema> | undefined;
}
