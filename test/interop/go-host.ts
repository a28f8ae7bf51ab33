import { type Command, type Report, type Variant, variantEnvironment } from "./cell.ts";
import { runHostProgram } from "./run-host-program.ts";

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
  await runHostProgram(
    "the Go host",
    { command: host, args: [...flags, "--", plugin.command, ...plugin.args] },
    { ...variantEnvironment(variant, image), ...options.env },
    report,
  );
}
