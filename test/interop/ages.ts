/** What a version of the SDK lets a plugin know or say, and older ones do not. */
export type Feature =
  | "uid of a data source"
  | "streams"
  | "headers of CheckHealth"
  | "status of a response"
  | "panics of a handler"
  | "data of PublishStream"
  | "QueryChunkedData"
  | "format of frames";

/** A version of the Go SDK, with the go-plugin that its go.mod asks for. */
export interface Age {
  readonly sdk: string;
  readonly goPlugin: string;
  readonly knows: ReadonlySet<Feature>;
}

/** The fixture plugin and host of major 2 are built against each; test/go/README.md says the same in a table. */
export const ages: readonly Age[] = withWhatCameBefore([
  { sdk: "v0.65.0", goPlugin: "v1.2.2", brings: [] },
  { sdk: "v0.88.0", goPlugin: "v1.2.2", brings: ["uid of a data source"] },
  { sdk: "v0.139.0", goPlugin: "v1.4.3", brings: ["streams", "headers of CheckHealth"] },
  { sdk: "v0.200.0", goPlugin: "v1.6.0", brings: ["status of a response"] },
  { sdk: "v0.260.0", goPlugin: "v1.6.2", brings: ["panics of a handler"] },
  {
    sdk: "v0.298.0",
    goPlugin: "v1.8.0",
    brings: ["data of PublishStream", "QueryChunkedData", "format of frames"],
  },
]);

/** The newest one is what test/go/go.mod has. */
export const newest: Age | undefined = ages.at(-1);

/** Major 1 has no SDK: its last model, with the go-plugin that this asks for. */
export const majorOne = { model: "v0.0.0-20190930120109-1fc953a61fb4", goPlugin: "v1.0.1" } as const;

interface Release {
  readonly sdk: string;
  readonly goPlugin: string;
  readonly brings: readonly Feature[];
}

function withWhatCameBefore(releases: readonly Release[]): Age[] {
  return releases.map(({ sdk, goPlugin }, i) => ({
    sdk,
    goPlugin,
    knows: new Set(releases.slice(0, i + 1).flatMap(({ brings }) => brings)),
  }));
}
