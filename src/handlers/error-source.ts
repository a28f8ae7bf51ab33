import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** Whose fault an error is: that of the plugin, or of a service that it calls (a database, an API). */
export type ErrorSource = "downstream" | "plugin";

/** A detail of a gRPC status, in the form of `ConnectError.details`. */
interface StatusDetail {
  readonly type: string;
  readonly value: Uint8Array;
}

/** The detail in whose `metadata` the Go SDK and Grafana store the source of an error, under `sourceKey`. */
const errorInfo = "google.rpc.ErrorInfo";
const sourceKey = "errorSource";
/** Number of causes that are searched. */
const maxLinks = 16;

/**
 * Returns whose fault the failure of a call is: from the status details of a `ConnectError`, in which plugins of the Go
 * SDK send it, and from the `errorSource` of a `QueryError`. Also searches the causes of an error.
 *
 * @returns `undefined` for an error without a source. Grafana treats it as the plugin's fault.
 */
export function errorSourceOf(error: unknown): ErrorSource | undefined {
  try {
    let link = error;
    for (let count = 0; count < maxLinks && isRecord(link); count++) {
      const source = declaredSource(link) ?? sourceOfDetails(link["details"]);
      if (source !== undefined) return source;
      link = link["cause"];
    }
  } catch {
    // A getter of the error threw.
  }
  return undefined;
}

/** The source in the property `errorSource` of the error itself. Never throws. */
export function declaredSource(error: unknown): ErrorSource | undefined {
  try {
    return isRecord(error) ? toSource(error[sourceKey]) : undefined;
  } catch {
    return undefined;
  }
}

/** The source in the details of a status. */
export function sourceOfDetails(details: unknown): ErrorSource | undefined {
  if (!Array.isArray(details)) return undefined;
  for (const detail of details as readonly unknown[]) {
    const source = isRecord(detail) ? sourceOfDetail(detail) : undefined;
    if (source !== undefined) return source;
  }
  return undefined;
}

/** Encodes the detail with which the Go SDK sends the source of an error. */
export function encodeErrorSource(source: ErrorSource): StatusDetail {
  const writer = new BinaryWriter().tag(3, WireType.LengthDelimited).fork();
  writer.tag(1, WireType.LengthDelimited).string(sourceKey).tag(2, WireType.LengthDelimited).string(source);
  return { type: errorInfo, value: writer.join().finish() };
}

/** A received detail has bytes; a detail to send has its descriptor and the members of the message. */
function sourceOfDetail({ type, desc, value }: Readonly<Record<string, unknown>>): ErrorSource | undefined {
  if (type === errorInfo && isBytes(value)) return toSource(decodeMetadata(value).get(sourceKey));
  if (!isRecord(desc) || desc["typeName"] !== errorInfo || !isRecord(value)) return undefined;
  const { metadata } = value;
  return isRecord(metadata) ? toSource(metadata[sourceKey]) : undefined;
}

/** `map<string, string> metadata = 3`; empty where the bytes are not a message. */
function decodeMetadata(bytes: Uint8Array): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>();
  try {
    const reader = new BinaryReader(bytes);
    while (reader.pos < reader.len) {
      const [field, wireType] = reader.tag();
      if (field !== 3 || wireType !== WireType.LengthDelimited) reader.skip(wireType, field);
      else metadata.set(...decodeEntry(reader.bytes()));
    }
  } catch {
    // Entries before the error count.
  }
  return metadata;
}

function decodeEntry(bytes: Uint8Array): [string, string] {
  const reader = new BinaryReader(bytes);
  const entry: [string, string] = ["", ""];
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if ((field === 1 || field === 2) && wireType === WireType.LengthDelimited)
      entry[field - 1] = reader.string();
    else reader.skip(wireType, field);
  }
  return entry;
}

/** Also for those of another realm. */
function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === "[object Uint8Array]";
}

function toSource(value: unknown): ErrorSource | undefined {
  return value === "downstream" || value === "plugin" ? value : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
