/** Whether this fault is planted. */
export function fault(name: string): boolean {
  return process.env["FAULT"] === name;
}
