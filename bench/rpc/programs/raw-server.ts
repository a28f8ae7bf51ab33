// Answers requests of a fixed size with bytes of a fixed size, and does nothing else.
// node raw-server.cjs SOCKET REQUEST_BYTES ANSWER_BYTES
import { createServer } from "node:net";
import { frameBytes } from "./frame-bytes.ts";

const [path = "", requestBytes = "", answerBytes = ""] = process.argv.slice(2);
const request = Number(requestBytes);
const answer = frameBytes(Number(answerBytes));

createServer((socket) => {
  let waiting = 0;
  socket.on("data", (chunk) => {
    waiting += chunk.length;
    const asked = Math.floor(waiting / request);
    waiting -= asked * request;
    if (asked === 1) socket.write(answer);
    else if (asked > 1) socket.write(Buffer.concat(Array.from({ length: asked }, () => answer)));
  });
  socket.on("close", () => process.exit(0));
}).listen(path, () => console.log("listening"));
