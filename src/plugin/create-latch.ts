/** A request that counts once, and may be made before anything waits for it. */
interface Latch {
  readonly request: () => void;
  /** Resolves at the first request. */
  readonly requested: Promise<void>;
}

export function createLatch(): Latch {
  const { promise: requested, resolve: request } = Promise.withResolvers<void>();
  return { request, requested };
}
