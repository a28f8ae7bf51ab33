/**
 * The parts of `@opentelemetry/api` that spans need, so that its types are not needed to use this package. A `Tracer`
 * of that package is one.
 */
export interface OtelTracer {
  startSpan(name: string, options?: object, context?: unknown): OtelSpan;
}

/** A span of {@link OtelTracer}. */
export interface OtelSpan {
  spanContext(): {
    readonly traceId: string;
    readonly spanId: string;
    readonly traceFlags: number;
    readonly traceState?: { serialize(): string } | undefined;
  };
  setAttributes(attributes: Readonly<Record<string, string | number>>): unknown;
  setStatus(status: { code: number; message?: string }): unknown;
  recordException(exception: { name: string; message: string }): unknown;
  end(): void;
}
