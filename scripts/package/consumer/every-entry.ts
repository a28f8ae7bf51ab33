// Names every public subpath, so that each one's declarations are checked and each one's JavaScript is loaded.
import * as root from "grafana-plugin-protocol";
import * as arrow from "grafana-plugin-protocol/arrow";
import * as compat from "grafana-plugin-protocol/compat";
import * as tsV3 from "grafana-plugin-protocol/experimental/ts-proto/v3";
import * as v3 from "grafana-plugin-protocol/experimental/v3";
import * as frames from "grafana-plugin-protocol/frames";
import * as gateway from "grafana-plugin-protocol/gateway";
import * as gatewayClient from "grafana-plugin-protocol/gateway/client";
import * as goPlugin from "grafana-plugin-protocol/go-plugin";
import * as host from "grafana-plugin-protocol/host";
import manifest from "grafana-plugin-protocol/package.json" with { type: "json" };
import * as plugin from "grafana-plugin-protocol/plugin";
import * as sdk from "grafana-plugin-protocol/sdk";
import * as testing from "grafana-plugin-protocol/testing";
import * as transport from "grafana-plugin-protocol/transport";
import * as tsV1 from "grafana-plugin-protocol/ts-proto/v1";
import * as tsV2 from "grafana-plugin-protocol/ts-proto/v2";
import * as v1 from "grafana-plugin-protocol/v1";
import * as v2 from "grafana-plugin-protocol/v2";

const entries = {
  root,
  v1,
  v2,
  v3,
  goPlugin,
  transport,
  host,
  plugin,
  frames,
  arrow,
  compat,
  sdk,
  gateway,
  gatewayClient,
  testing,
  tsV1,
  tsV2,
  tsV3,
};
for (const [name, entry] of Object.entries(entries)) {
  if (Object.keys(entry).length === 0) throw new Error(`${name} exports nothing`);
}

const subpaths = Object.keys(manifest.exports).filter((subpath) => !/\*|\.json$/.test(subpath));
if (subpaths.length !== Object.keys(entries).length) {
  throw new Error(`package.json names ${subpaths.join(", ")}, this file ${Object.keys(entries).join(", ")}`);
}
console.log(`${subpaths.length} subpaths load`);
