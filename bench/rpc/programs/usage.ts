/** What a process has used: CPU time of all its threads, and the memory that it has now. */
export interface Usage {
  readonly cpuMicros: number;
  readonly bytes: number;
}

export function currentUsage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuMicros: user + system, bytes: process.memoryUsage.rss() };
}
