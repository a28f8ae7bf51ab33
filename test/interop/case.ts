/** One named thing that every host does with every plugin. Rejects when the plugin answers otherwise than README.md says. */
export interface Case<Client> {
  readonly name: string;
  readonly run: (client: Client) => Promise<void>;
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

/** All that a stream sends. */
export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}
