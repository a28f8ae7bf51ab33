// The gateway that is measured. It prints its URL, and ends when stdin does.
import { serveGateway } from "grafana-plugin-protocol/gateway";

void main(process.argv.slice(2));

async function main([command = "", ...args]: readonly string[]): Promise<void> {
  const type = "bench-datasource";
  const server = await serveGateway({
    plugins: [{ id: type, version: "1.0.0", launch: { command, args } }],
    dataSources: [
      {
        name: "Weather",
        type,
        uid: "weather-1",
        url: "https://weather.example",
        jsonData: { httpMethod: "POST", timeout: 30, tlsAuth: false },
        secureJsonData: { apiKey: "a key of some length" },
      },
    ],
    port: 0,
  });
  process.stdin.resume().once("end", () => void server.close({ graceMs: 0 }));
  console.log(server.url);
}
