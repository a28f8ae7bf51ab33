/** The packets of one subscription to a stream that counts. */
export interface PacketCount {
  /** Takes a packet. @throws Error if packets before it are missing */
  readonly take: (packet: unknown) => void;
  readonly packets: () => number;
  /** How often the stream began anew, in another process of its plugin. */
  readonly resumptions: () => number;
  /** The process that the last packet is of. */
  readonly pid: () => number | undefined;
}

interface CountedPacket {
  /** `<process id>.<number of the run>` */
  readonly run: string;
  readonly n: number;
}

/**
 * Within a run no packet is missing. Another run begins with its first packet, and only in another process: a gateway opens a
 * stream again when its plugin has died, and for no other reason here.
 */
export function createPacketCount(): PacketCount {
  let last: CountedPacket | undefined;
  let packets = 0;
  let resumptions = 0;
  return {
    take: (packet) => {
      const next = packet as CountedPacket;
      const isNext = last === undefined || (next.run === last.run && next.n === last.n + 1);
      const isNew = last !== undefined && pidOf(next) !== pidOf(last) && next.n === 0;
      if (!isNext && !isNew) {
        throw new Error(`expected what follows ${JSON.stringify(last)}, got ${JSON.stringify(packet)}`);
      }
      last = next;
      packets++;
      if (isNew) resumptions++;
    },
    packets: () => packets,
    resumptions: () => resumptions,
    pid: () => last && pidOf(last),
  };
}

function pidOf({ run }: CountedPacket): number {
  return Number.parseInt(run, 10);
}
