import { X509Certificate } from "node:crypto";
import { statSync } from "node:fs";
import { makeCertificate } from "grafana-plugin-protocol/go-plugin";
import { type Check, expectThat, failed, leftOut, passed } from "../check.ts";
import { describeExit } from "../process/describe-exit.ts";

const longestNonCertificate = 50;
const writeOfOthers = 0o002;

/** What a plugin prints at its start, and where it listens. */
export const handshakeChecks: readonly Check[] = [
  {
    name: "handshake.starts",
    fact: "With the environment of a host the plugin prints a handshake line, and a host can connect to the address in it.",
    source: "go-plugin client.go, Client.Start",
    run: async (world) => {
      await world.shared();
      return passed;
    },
  },
  {
    name: "handshake.first-line",
    fact: "The handshake line is the first thing on stdout.",
    source: "go-plugin client.go, Client.Start: it takes the first line, whatever that is",
    run: async (world) => {
      const { before } = (await world.shared()).line;
      return expectThat(
        before === "",
        "nothing on stdout before the handshake line",
        JSON.stringify(before.slice(0, 200)),
        "write to stderr what the program prints while it starts",
      );
    },
  },
  {
    name: "handshake.core-version",
    fact: "Field 1 of the handshake line is 1, the version of the line itself.",
    source: "go-plugin server.go, CoreProtocolVersion",
    run: async (world) => {
      const { fields, text } = (await world.shared()).line;
      return expectThat(
        fields[0] === "1",
        "1 in field 1",
        JSON.stringify(text),
        "print 1 there: it is not the protocol major, which is field 2",
      );
    },
  },
  {
    name: "handshake.rpc-protocol",
    fact: "Field 5 of the handshake line is grpc.",
    source: "go-plugin client.go: a missing field 5 is net/rpc, which Grafana refuses",
    run: async (world) => {
      const { fields, text } = (await world.shared()).line;
      return expectThat(
        fields[4] === "grpc",
        "grpc in field 5",
        JSON.stringify(text),
        "print the line as CORE|MAJOR|unix|PATH|grpc|",
      );
    },
  },
  {
    name: "handshake.no-certificate",
    fact: "Field 6 of the handshake line has no certificate if the host did not send its own.",
    source: "go-plugin client.go, loadServerCert: a host that did not ask for TLS crashes",
    run: async (world) => {
      const { fields, text } = (await world.shared()).line;
      return expectThat(
        (fields[5] ?? "").length <= longestNonCertificate,
        "an empty field 6",
        JSON.stringify(text),
        "print a certificate only if PLUGIN_CLIENT_CERT is set",
      );
    },
  },
  {
    name: "handshake.no-multiplexing",
    fact: "The handshake line has no field 7 if the host did not ask for multiplexing.",
    source: "go-plugin before 1.6 reads field 7 as a part of the certificate",
    run: async (world) => {
      const { fields, text } = (await world.shared()).line;
      return expectThat(
        fields.length <= 6,
        "at most six fields",
        JSON.stringify(text),
        "leave field 7 out: it answers PLUGIN_MULTIPLEX_GRPC, which is not set",
      );
    },
  },
  {
    name: "handshake.listens-first",
    fact: "The plugin listens before it prints the handshake line.",
    source: "go-plugin client.go: a host connects at once, and once",
    run: async (world) => {
      const { firstDial } = await world.shared();
      return expectThat(
        firstDial === undefined,
        "the first connection to succeed",
        String(firstDial?.message),
        "print the line in the callback that says that the server listens",
      );
    },
  },
  {
    name: "handshake.socket-directory",
    fact: "The plugin makes its unix socket in the directory that PLUGIN_UNIX_SOCKET_DIR names.",
    source: "go-plugin server.go, serverListener_unix; since go-plugin 1.5",
    level: "should",
    run: async (world) => {
      const { process, line } = await world.shared();
      if (line.address.network !== "unix") return leftOut("the plugin listens on TCP");
      const { path } = line.address;
      return expectThat(
        path.startsWith(`${process.socketDirectory}/`),
        `a path below ${process.socketDirectory}`,
        path,
        "use the directory of that variable, and the temporary one only without it",
      );
    },
  },
  {
    name: "handshake.socket-mode",
    fact: "Not every user of the machine may connect to the unix socket.",
    source: "docs/handshake.md, Where the plugin listens",
    run: async (world) => {
      const { address } = (await world.shared()).line;
      if (address.network !== "unix") return leftOut("the plugin listens on TCP");
      const { mode } = statSync(address.path);
      return expectThat(
        (mode & writeOfOthers) === 0,
        "a mode without the write bit of others, such as 0600",
        `0${(mode & 0o777).toString(8)}`,
        "set the mode to 0600 before you print the line, or bind under a umask of 077",
      );
    },
  },
  {
    name: "handshake.tls",
    fact: "If the host sends a certificate the plugin prints its own, or ends: it does not serve in plain text.",
    source: "go-plugin server.go and mtls.go: the host speaks TLS from the first byte",
    run: async (world) => {
      const { certificate } = await makeCertificate("P-256");
      const plugin = await world.start({ env: { PLUGIN_CLIENT_CERT: certificate } });
      const line = await plugin.line(world.options.withinMs);
      const seen = line?.fields[5] ?? "";
      const advice =
        "answer PLUGIN_CLIENT_CERT as go-plugin's AutoMTLS, or say on stderr that you cannot and exit 1";
      if (line === undefined) {
        const exit = plugin.exit();
        return expectThat(exit !== undefined, "a handshake line or an end", describeExit(exit), advice);
      }
      if (seen.length <= longestNonCertificate) {
        return failed("a certificate in field 6, or no line", JSON.stringify(line.text), advice);
      }
      return isCertificate(seen)
        ? passed
        : failed("DER in base64 without padding in field 6", JSON.stringify(seen.slice(0, 80)), advice);
    },
  },
];

function isCertificate(text: string): boolean {
  if (!/^[A-Za-z0-9+/]+$/.test(text)) return false;
  try {
    return new X509Certificate(Buffer.from(text, "base64")).publicKey.type === "public";
  } catch {
    return false;
  }
}
