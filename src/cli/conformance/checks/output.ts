import { type Check, expectThat, leftOut, type Outcome } from "../check.ts";
import { callKnown, knownCall } from "../plugin-facts.ts";
import { readLine } from "../process/read-line.ts";
import { until } from "../process/until.ts";
import type { World } from "../world.ts";

const levels = ["trace", "debug", "info", "warn", "error"];
const settleMs = 200;
const maxLineBytes = 65_536;

/** What the plugin that answered the calls has printed. */
export const outputChecks: readonly Check[] = [
  {
    name: "output.stdout",
    fact: "Nothing but the handshake line is on stdout.",
    source: "go-plugin client.go reads the first line and drops the rest: what is printed there is lost",
    run: async (world) => {
      const stdout = await outputOf(world, "stdout");
      const line = readLine(stdout);
      const rest = stdout.slice((line?.before.length ?? 0) + (line?.text.length ?? 0) + 1);
      return expectThat(
        rest === "",
        "nothing",
        JSON.stringify(rest.slice(0, 200)),
        "print to stderr, which the host logs",
      );
    },
  },
  {
    name: "output.log-types",
    fact: "@level, @message and @timestamp of a log line are texts.",
    source: "go-plugin log_entry.go: another type ends the Go host with a panic",
    run: (world) =>
      ofLogLines(
        world,
        (line) =>
          ["@level", "@message", "@timestamp"].every((key) =>
            ["undefined", "string"].includes(typeof line[key]),
          ),
        "texts",
        "write them as JSON strings",
      ),
  },
  {
    name: "output.log-level",
    fact: "@level of a log line is trace, debug, info, warn or error.",
    source: "go-plugin client.go, logStderr: other lines are plain text of level debug",
    run: (world) =>
      ofLogLines(
        world,
        ({ "@level": level }) => typeof level !== "string" || levels.includes(level.toLowerCase()),
        levels.join(", "),
        "map the levels of your logger to these five",
      ),
  },
  {
    name: "output.log-timestamp",
    fact: "@timestamp of a log line has six digits after the second, or the line has none.",
    source: "go-plugin log_entry.go: another form makes the whole line plain text of level debug",
    run: (world) =>
      ofLogLines(
        world,
        ({ "@timestamp": time }) =>
          typeof time !== "string" || /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$/.test(time),
        "2026-01-02T03:04:05.123456Z",
        "write microseconds, not milliseconds",
      ),
  },
  {
    name: "output.line-length",
    fact: "A line of stderr has less than 64 KiB.",
    source: "go-plugin client.go, logStderr: pieces of a longer one are plain text of level debug",
    run: async (world) => {
      const long = (await outputOf(world, "stderr"))
        .split("\n")
        .filter((line) => line.length >= maxLineBytes);
      return expectThat(
        long.length === 0,
        "lines below 65536 bytes",
        `${long[0]?.length} bytes: ${JSON.stringify(long[0]?.slice(0, 80))}`,
        "cut long values before they are logged",
      );
    },
  },
];

/** What the shared plugin has printed, after one more call and a moment. */
async function outputOf(world: World, name: "stdout" | "stderr"): Promise<string> {
  const { process } = await world.once("output", async () => {
    const plugin = await world.shared();
    if ((await knownCall(world)) !== undefined) await callKnown(world);
    await until(settleMs, () => undefined);
    return plugin;
  });
  return process[name]();
}

type LogLine = Readonly<Record<string, unknown>>;

async function ofLogLines(
  world: World,
  isRight: (line: LogLine) => boolean,
  expected: string,
  advice: string,
): Promise<Outcome> {
  const lines = (await outputOf(world, "stderr")).split("\n").flatMap((text) => toLogLine(text));
  if (lines.length === 0) return leftOut("the plugin wrote no log line in JSON");
  const wrong = lines.find((line) => !isRight(line));
  return expectThat(wrong === undefined, expected, JSON.stringify(wrong)?.slice(0, 300) ?? "", advice);
}

function toLogLine(text: string): readonly LogLine[] {
  try {
    const value: unknown = JSON.parse(text);
    const isLog =
      typeof value === "object" && value !== null && Object.keys(value).some((key) => key.startsWith("@"));
    return isLog ? [value as LogLine] : [];
  } catch {
    return [];
  }
}
