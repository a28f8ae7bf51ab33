import { serveGateway } from "grafana-plugin-protocol/gateway";

const server = await serveGateway({
  plugins: ["plugins"],
  provisioning: "provisioning",
  port: Number(process.env["PORT"] ?? 3000),
  onLog: ({ level, message, fields }) => console.error(level, message, JSON.stringify(fields)),
});
console.log(`serving on ${server.url}`);

// Data sources may come from code, too, at any time.
server.gateway.setDataSources([
  {
    name: "Counter in tens",
    uid: "tens",
    type: "example-counter-datasource",
    jsonData: { step: 10 },
    secureJsonData: { token: process.env["COUNTER_TOKEN"] ?? "" },
  },
]);

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => server.close());
