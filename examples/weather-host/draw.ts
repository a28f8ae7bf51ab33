import { plot } from "asciichart";
import Table from "cli-table3";
import { type Frame, rowsOf } from "grafana-plugin-protocol/frames";

export function drawTable(frame: Frame): void {
  const head = frame.fields.map(({ name }) => name);
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  for (const row of rowsOf(frame)) table.push(head.map((name) => String(row[name])));
  console.log(table.toString());
}

/** A chart for each field of numbers, titled by its labels. */
export function drawCharts(frame: Frame): void {
  for (const { kind, labels, values } of frame.fields) {
    if (kind !== "float64") continue;
    const numbers = values.map((value) => value ?? Number.NaN);
    console.log(`\n${labels?.["place"]}, °C by month\n${plot(numbers, { height: 6 })}`);
  }
}
