import { errorCode } from "../errors.ts";
/** Whether a process with this id exists; it may belong to another user. Sends no signal. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}
