/** A message on the broker's stream. */
export interface BrokerMessage {
  readonly serviceId: number;
  readonly network: string;
  readonly address: string;
  readonly knock?: { readonly knock: boolean; readonly ack: boolean; readonly error: string } | undefined;
}
