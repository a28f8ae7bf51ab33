import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { QueryDataRequestSchema, RunStreamRequestSchema } from "grafana-plugin-protocol/v2";
import { frameBytesByQuery, queryFor, readmeRequest, streamFor } from "../rpc/requests.ts";
import type { GrowthTask } from "./programs/task.ts";

/** Answers whose frames are encoded for each query, by the names of their figures. */
export interface LargeAnswers {
  readonly rows: GrowthTask;
  readonly bytes: GrowthTask;
  readonly frames: GrowthTask;
}

/** More packets than a run reads. */
const endless = 2 ** 31 - 1;

/** The stream of packets that the host leaves. */
export function endlessStream(): ReturnType<typeof streamFor> {
  return streamFor(endless);
}

/** Writes the encoded requests into a folder, for the Go host. */
export async function writeRequests(folder: string, large: LargeAnswers): Promise<void> {
  await mkdir(folder, { recursive: true });
  const small = queryFor(frameBytesByQuery.small);
  const json = (task: GrowthTask): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(task));
  const queries = {
    small,
    readme: readmeRequest(),
    ...Object.fromEntries(
      Object.entries(large).map(([name, task]) => [
        `large-${name}`,
        { ...small, queries: [{ refId: "A", json: json(task) }] },
      ]),
    ),
  };
  for (const [name, query] of Object.entries(queries)) {
    const bytes = toBinary(QueryDataRequestSchema, create(QueryDataRequestSchema, query));
    await writeFile(join(folder, `query-${name}.bin`), bytes);
  }
  const stream = toBinary(RunStreamRequestSchema, create(RunStreamRequestSchema, endlessStream()));
  await writeFile(join(folder, "endless.bin"), stream);
}
