// A server that reads the body of a request and answers with some kilobytes: what Node's HTTP alone costs. It prints its
// URL, and ends when stdin does.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** As long as the answer to the small query. */
const answer = JSON.stringify({ answer: "a".repeat(3600) });

const server = createServer((request, response) => {
  request.on("data", () => {});
  request.once("end", () => {
    response.writeHead(200, {
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(answer),
    });
    response.end(answer);
  });
});
server.listen(0, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.stdin.resume().once("end", () => {
  server.close();
  server.closeAllConnections();
});
