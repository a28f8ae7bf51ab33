/** The JSON of a query, and the data of a stream request. */
export interface Task {
  readonly bytes: number;
  readonly packets: number;
}

const utf8 = new TextDecoder();

export function taskOf(json: Uint8Array): Task {
  return JSON.parse(utf8.decode(json)) as Task;
}
