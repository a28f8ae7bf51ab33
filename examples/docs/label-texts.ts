import { fingerprintLabels, formatLabels, parseLabels } from "grafana-plugin-protocol/frames";

const labels = parseLabels('{host="a", dc="eu"}');

console.log(labels); // → { host: 'a', dc: 'eu' }
console.log(formatLabels(labels)); // → dc=eu, host=a
console.log(fingerprintLabels({ a: "b" }).toString(16)); // → 2ce55b7ef9db6ad8
