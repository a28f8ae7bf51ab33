/** An answer: messages, then a status. */
export interface Reply {
  readonly messages?: readonly Uint8Array[];
  readonly status?: number;
  readonly text?: string;
}
