import { connect } from "node:net";
import { createClientConnection } from "../../../src/transport/http2/http2-connection.ts";
import { requestFields } from "./served-raw.ts";

/**
 * Makes one call on the socket that argument 1 names, says so on stdout, and leaves the connection open. It ends by itself
 * when nothing else keeps it alive.
 */
const connection = createClientConnection(connect(process.argv[2] ?? ""), {
  unrefWhenIdle: process.argv[3] === "unref",
});
connection.openStream(requestFields, true, {
  onHeaders: () => console.log("answered"),
  onData: () => {},
  onDrain: () => {},
  onClosed: (_code, reason) => console.log(reason),
});
