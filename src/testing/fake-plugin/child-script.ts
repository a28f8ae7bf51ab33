/**
 * The program of a fake plugin's process, for `node -e`: it speaks go-plugin's handshake and passes the bytes of its
 * socket on to the test, where the handlers are. A text, so that it needs no file beside a bundle; and without imports
 * of ours, so that it starts at once.
 *
 * It connects to the control socket of the test (its only argument) and sends what its host gave it; the test tells it
 * what to print and when to exit, a line of JSON each. When the test is gone it exits.
 */
export const childScript = `
const fs = require("node:fs"), net = require("node:net"), os = require("node:os"), path = require("node:path"), crypto = require("node:crypto");
const control = net.connect(process.argv[1]);
const tell = (message) => control.write(JSON.stringify(message) + "\\n");
control.on("error", () => process.exit(1));
control.on("close", () => process.exit(1));
control.on("connect", () => tell({ pid: process.pid, env: process.env, args: process.argv.slice(2) }));
let rest = "";
control.setEncoding("utf8").on("data", (text) => {
  const lines = (rest + text).split("\\n");
  rest = lines.pop();
  for (const line of lines) obey(JSON.parse(line));
});
function obey({ listen, stdout, stderr, exit }) {
  if (stdout !== undefined) process.stdout.write(stdout);
  if (stderr !== undefined) process.stderr.write(stderr);
  if (exit !== undefined) {
    process.stdout.write("", () => process.stderr.write("", () => process.exit(exit)));
    return;
  }
  if (listen === undefined) return;
  const socket = path.join(process.env.PLUGIN_UNIX_SOCKET_DIR || os.tmpdir(), "fake" + crypto.randomBytes(6).toString("hex"));
  const server = net.createServer((near) => {
    const far = net.connect(listen);
    near.pipe(far).pipe(near);
    const end = () => { near.destroy(); far.destroy(); };
    near.on("error", end).on("close", end);
    far.on("error", end).on("close", end);
  });
  server.on("error", (error) => tell({ error: error.message }));
  process.on("exit", () => fs.rmSync(socket, { force: true }));
  server.listen(socket, () => tell({ listening: socket }));
}
`;
