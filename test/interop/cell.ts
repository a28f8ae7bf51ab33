/** A program that can be started: the plugin of a cell. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

/** What makes the fixture plugin of a cell differ from others. */
export interface Variant {
  readonly major: 1 | 2;
  readonly network: "tcp" | "unix";
  /** Only Diagnostics in major 2. */
  readonly lacksServices?: boolean;
  /** Renderer, Sanitizer and the v3 services too. */
  readonly hasExtensions?: boolean;
  /** The host asks for TLS. */
  readonly hasTls?: boolean;
}

/** The environment by which a fixture plugin knows its variant. */
export function variantEnvironment(variant: Variant, image: string): Record<string, string> {
  return {
    FIXTURE_MAJORS: String(variant.major),
    FIXTURE_NETWORK: variant.network,
    FIXTURE_SERVICES: variant.lacksServices === true ? "diagnostics" : "all",
    FIXTURE_EXTENSIONS: variant.hasExtensions === true ? "on" : "off",
    FIXTURE_IMAGE: image,
  };
}

/** Gets the name of a case and what became of it. */
export type Report = (name: string, run: () => Promise<void> | void) => Promise<void>;
