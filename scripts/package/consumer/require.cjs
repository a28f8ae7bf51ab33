// CommonJS users load the package with require().
"use strict";

const { v2 } = require("grafana-plugin-protocol/v2");
const { launchPlugin } = require("grafana-plugin-protocol/host");

if (v2.version !== 2 || typeof launchPlugin !== "function") {
  throw new Error("require() returned something other than the package");
}
console.log("require() loads ./v2 and ./host");
