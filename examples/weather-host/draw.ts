import { plot } from "asciichart";
import Table from "cli-table3";

export function drawTable(head: readonly string[], rows: Iterable<readonly unknown[]>): void {
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  for (const row of rows) table.push(row.map(String));
  console.log(table.toString());
}

export function drawChart(title: string, values: Iterable<number>): void {
  console.log(`\n${title}\n${plot([...values], { height: 6 })}`);
}
