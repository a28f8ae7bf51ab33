/** The plugin of the broker's tests; what it is to do comes in the headers of CheckHealth, as for the Go peer. */
import { parseArgs } from "node:util";
import { implement, servePlugin } from "grafana-plugin-protocol/plugin";
import { v2 } from "grafana-plugin-protocol/v2";
import { ask, dataOf, output } from "./brokered-data.ts";

const { values: flags } = parseArgs({
  options: { backlog: { type: "string" }, debug: { type: "boolean" }, prints: { type: "string" } },
});
const { broker } = await servePlugin(
  [
    implement(v2, {
      diagnostics: {
        checkHealth: async ({ headers }) => ({ message: await act(headers) }),
      },
    }),
  ],
  {
    limits: { maxStdioBacklogBytes: flags.backlog === undefined ? undefined : Number(flags.backlog) },
    debug: flags.debug,
    stdout: flags.prints === "stderr" ? "stderr" : undefined,
  },
);

async function act({ do: action, number, what }: Readonly<Record<string, string>>): Promise<string> {
  switch (action) {
    // The host serves something for this call, and says under which number.
    case "dial":
      return (await ask(broker, Number(number), "plugin")) ?? "no answer";
    // The plugin serves something for the host, and answers with the number.
    case "serve": {
      const id = broker.nextId();
      await broker.acceptAndServe(id, dataOf("plugin"));
      return String(id);
    }
    case "print":
      process.stdout.write(output(what ?? "", Number(number)));
      return action;
    // In pieces that end inside characters.
    case "print-pieces": {
      const all = output(what ?? "", Number(number));
      for (let start = 0; start < all.length; start += 7)
        process.stdout.write(all.subarray(start, start + 7));
      return action;
    }
    case "print-and-exit":
      process.stdout.write(output(what ?? "", Number(number)));
      return process.exit(3);
    // As fast as the host reads.
    case "print-waiting": {
      const all = output(what ?? "", Number(number));
      for (let start = 0; start < all.length; start += 50_000) {
        const piece = all.subarray(start, start + 50_000);
        await new Promise((resolve) => process.stdout.write(piece, resolve));
      }
      return action;
    }
    default:
      throw new Error(`this plugin cannot "${action}"`);
  }
}
