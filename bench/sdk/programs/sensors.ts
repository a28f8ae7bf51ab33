import { createField, createFrame, type Frame } from "grafana-plugin-protocol/frames";

/** Bytes of one part of an export. */
const pieceBytes = 64 << 10;
/** Bytes of an export, which is streamed. */
const exportBytes = 10 << 20;

/** The database of the measured data source: it computes what others would read. */
export class Sensors {
  readonly names: readonly string[] = Array.from(
    { length: 100 },
    (_, i) => `sensor-${String(i).padStart(2, "0")}`,
  );
  readonly #piece = Uint8Array.from({ length: pieceBytes }, (_, i) => i * 7 + (i >> 8));

  /** A point for each step. */
  series(name: string, fromMs: number, stepMs: number, points: number): Frame {
    const times: number[] = [];
    const values: number[] = [];
    for (let i = 0; i < points; i++) {
      times.push(fromMs + i * stepMs);
      values.push(valueAt(i));
    }
    return createFrame({
      name,
      fields: [createField("time", "time", times), createField("value", "float64", values)],
    });
  }

  /** So many rows of names and numbers. */
  table(name: string, limit: number): Frame {
    const names: string[] = [];
    const values: number[] = [];
    for (let i = 0; i < limit; i++) {
      names.push(this.#nameAt(i));
      values.push(valueAt(i));
    }
    return createFrame({
      name,
      fields: [createField("sensor", "string", names), createField("value", "float64", values)],
    });
  }

  /** A long table in chunks: a row for each second. */
  *rows(fromMs: number, rows: number, chunk: number): Generator<Frame> {
    for (let from = 0; from < rows; from += chunk) {
      const count = Math.min(chunk, rows - from);
      const times: number[] = [];
      const values = new Float64Array(count);
      const names: string[] = [];
      for (let i = 0; i < count; i++) {
        const row = from + i;
        times.push(fromMs + row * 1000);
        values[i] = valueAt(row);
        names.push(this.#nameAt(row));
      }
      yield createFrame({
        name: "rows",
        fields: [
          createField("time", "time", times),
          createField("value", "float64", values),
          createField("sensor", "string", names),
        ],
      });
    }
  }

  /** The parts of an export, one after the other. */
  *export(): Generator<Uint8Array<ArrayBuffer>> {
    for (let sent = 0; sent < exportBytes; sent += pieceBytes) yield this.#piece;
  }

  #nameAt(row: number): string {
    return this.names[row % this.names.length] ?? "";
  }
}

function valueAt(row: number): number {
  return ((row * 7919) % 100_003) / 1000;
}
