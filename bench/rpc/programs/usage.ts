/** CPU time that all threads of a process have used, and its current memory. */
export interface Usage {
  readonly cpuMicros: number;
  readonly bytes: number;
}

export function currentUsage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuMicros: user + system, bytes: process.memoryUsage.rss() };
}
