/**
 * Disposes an instance by its own method: `[Symbol.asyncDispose]`, `[Symbol.dispose]` or `close`, the first that it has.
 * An instance without any of them needs none.
 */
export async function disposeInstance(instance: unknown): Promise<void> {
  if ((typeof instance !== "object" && typeof instance !== "function") || instance === null) return;
  const methods = instance as Readonly<Record<PropertyKey, unknown>>;
  for (const name of [Symbol.asyncDispose, Symbol.dispose, "close"]) {
    const method = methods[name];
    if (typeof method !== "function") continue;
    await method.call(instance);
    return;
  }
}
