import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { type Command, type Report, type Variant, variantEnvironment } from "./cell.ts";

/** A line that the Go host prints. */
interface Outcome {
  readonly case: string;
  readonly ok: boolean;
  readonly detail?: string;
}

/** Flags of the Go host beside those of the variant. */
export interface GoHostOptions {
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs every case of a variant with the Go host, and reports each line that it prints. */
export async function runGoHost(
  host: string,
  plugin: Command,
  variant: Variant,
  image: string,
  report: Report,
  options: GoHostOptions = {},
): Promise<void> {
  const flags = [
    ...["-majors", String(variant.major), "-image", image],
    ...(variant.lacksServices === true ? ["-services", "diagnostics"] : []),
    ...(variant.hasExtensions === true ? ["-extensions"] : []),
    ...(variant.hasTls === true ? ["-tls"] : []),
    ...(options.flags ?? []),
  ];
  const child = spawn(host, [...flags, "--", plugin.command, ...plugin.args], {
    env: { ...process.env, ...variantEnvironment(variant, image), ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stderr: string[] = [];
  child.stderr.on("data", (bytes: Buffer) => stderr.push(bytes.toString()));
  const exited = once(child, "exit");
  let reported = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const outcome = JSON.parse(line) as Outcome;
    reported++;
    await report(outcome.case, () => assert.ok(outcome.ok, outcome.detail));
  }
  const [code] = (await exited) as [number | null];
  await report("the Go host ends well", () => {
    assert.ok(reported > 0, `expected the Go host to report cases; stderr: ${stderr.join("").slice(-2000)}`);
    assert.equal(code, 0, stderr.join("").slice(-2000));
  });
}
