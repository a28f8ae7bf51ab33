import { setTimeout as delay } from "node:timers/promises";
import { ConnectError, createClient } from "@connectrpc/connect";
import { grpcTransport } from "grafana-plugin-protocol/transport";
import { v2 } from "grafana-plugin-protocol/v2";
import { hostLimits } from "./limits.ts";

/** A client of the attacked plugin that attacks nobody, and calls it all the time. */
export interface Bystander {
  /** Calls once more and leaves. Gives the number of answers, and the texts of the calls that failed. */
  leave(): Promise<{ readonly answers: number; readonly failures: readonly string[] }>;
}

export async function startBystander(path: string): Promise<Bystander> {
  const connection = await grpcTransport.dial({ ...hostLimits, address: { network: "unix", path } });
  const { queryData } = createClient(v2.services.data, connection.transport);
  const failures: string[] = [];
  let answers = 0;
  let isOver = false;
  const call = async (): Promise<void> => {
    try {
      // Without a deadline: how long it waits is what the lag says.
      await queryData({});
      answers++;
    } catch (reason) {
      failures.push(`a bystander's call failed: ${ConnectError.from(reason).message}`);
      // What fails at once would fail a thousand times.
      await delay(100);
    }
  };
  const calling = (async () => {
    while (!isOver) {
      await call();
      await delay(10);
    }
  })();
  return {
    leave: async () => {
      isOver = true;
      await calling;
      await call();
      connection.close();
      return { answers, failures: [...new Set(failures)] };
    },
  };
}
