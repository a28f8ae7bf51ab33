// The plugin of the curves: bytes that are there already, or frames that are encoded for each query.
import { createField, createFrame, type Frame } from "grafana-plugin-protocol/frames";
import { implement, servePlugin } from "grafana-plugin-protocol/plugin";
import { answerQueries, v2 } from "grafana-plugin-protocol/v2";
import { answers } from "../../rpc/programs/answers.ts";
import { sensorTable } from "./tables.ts";
import { type GrowthTask, growthTaskOf } from "./task.ts";

const time = createField("time", "time", [new Date("2026-01-01"), new Date("2026-01-02")]);
const readme = createFrame({ fields: [time, createField("value", "float64", [1, 2.5])] });

/** The frames of a task, or none when it asks for bytes. */
function framesOf({ rows, frames }: GrowthTask): readonly Frame[] | undefined {
  if (rows !== undefined) return [sensorTable(rows)];
  return frames === undefined ? undefined : Array.from({ length: frames }, () => readme);
}

void servePlugin([
  implement(v2, {
    ...answers,
    data: {
      queryData(request, context) {
        const [query] = request.queries;
        const frames = query && framesOf(growthTaskOf(query.json));
        if (frames === undefined) return answers.data?.queryData?.(request, context) ?? {};
        return answerQueries(request, () => frames, { signal: context.signal });
      },
    },
  }),
]);
