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

/** Asks again until the answer is right; gives up after five seconds. */
export async function eventually(check: () => Promise<boolean>, what: string): Promise<void> {
  const giveUpAt = performance.now() + 5000;
  while (!(await check())) {
    if (performance.now() > giveUpAt) throw new Error(`expected within 5 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
