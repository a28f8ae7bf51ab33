/** What `/api/live/list` has. */
export async function listed(url: string): Promise<readonly { channel: string; subscribers: number }[]> {
  const { channels } = (await (await fetch(`${url}/api/live/list`)).json()) as {
    channels: { channel: string; subscribers: number }[];
  };
  return channels;
}
