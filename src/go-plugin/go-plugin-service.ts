import type { DescService } from "@bufbuild/protobuf";

/** One of go-plugin's services with its handlers. */
export interface GoPluginService {
  readonly service: DescService;
  readonly implementation: Readonly<Record<string, unknown>>;
}
