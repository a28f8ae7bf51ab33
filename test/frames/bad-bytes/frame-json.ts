/** The text of a frame with one field, its parts given as JSON. */
export function oneField(goType: string, values: string, { field = "", data = "" } = {}): string {
  const extra = field === "" ? "" : `,${field}`;
  return `{"schema":{"fields":[{"name":"f","typeInfo":{"frame":"${goType}"}${extra}}]},"data":{"values":[${values}]${data === "" ? "" : `,${data}`}}}`;
}

export function nested(open: string, close: string, depth: number, core = ""): string {
  return `${open.repeat(depth)}${core}${close.repeat(depth)}`;
}
