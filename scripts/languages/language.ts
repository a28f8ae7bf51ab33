/** A program that can be started. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

/** What the tests and the checks need from one language beside TypeScript. */
export interface Language {
  /** Name of its folders: packages/<name>, gen/<name>, examples/<name>. */
  readonly name: string;
  /** Its name in texts. */
  readonly title: string;
  /** Files of packages/<name> with the version: the pattern matches it, and nothing around it. */
  readonly manifests: readonly { readonly file: string; readonly version: RegExp }[];
  /** Looks for the toolchain. Gives one sentence that says what is missing, and `undefined` when all is there. */
  readonly findToolchain: () => Promise<string | undefined>;
  /** Installs the pinned tools into the cache, unless they are there. Later steps need no network. */
  readonly install: () => Promise<void>;
  /** Whether gen/<name> is committed. If not, it is made at each build. */
  readonly isGenerationCommitted: boolean;
  /** Writes the bindings of the protos of `root` to `outDir`/<name>. */
  readonly generate: (root: string, outDir: string) => Promise<void>;
  /** Builds the example of examples/<name>, and gives what starts it. */
  readonly buildExample: () => Promise<Command>;
  /** Builds the adapter of test/vectors/adapters/<name>, and gives what starts it. */
  readonly buildVectors: () => Promise<Command>;
  /** Builds what is published, installs it in an empty project and runs a program there. Resolves with one line about it. */
  readonly checkPackage: () => Promise<string>;
}
