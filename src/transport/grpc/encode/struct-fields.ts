/** The fields of the `google.protobuf.Struct` that a JSON object stands for. */
export function structFields(json: unknown): Readonly<Record<string, unknown>> {
  const fields: Record<string, unknown> = {};
  if (typeof json === "object" && json !== null) {
    for (const [key, value] of Object.entries(json)) {
      Object.defineProperty(fields, key, { value: valueFields(value), enumerable: true });
    }
  }
  return { fields };
}

function valueFields(json: unknown): Readonly<Record<string, unknown>> {
  if (json === null) return { kind: { case: "nullValue", value: 0 } };
  if (Array.isArray(json)) {
    return { kind: { case: "listValue", value: { values: json.map(valueFields) } } };
  }
  switch (typeof json) {
    case "number":
      return { kind: { case: "numberValue", value: json } };
    case "string":
      return { kind: { case: "stringValue", value: json } };
    case "boolean":
      return { kind: { case: "boolValue", value: json } };
    case "object":
      return { kind: { case: "structValue", value: structFields(json) } };
    default:
      return {};
  }
}
