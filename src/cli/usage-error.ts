const isUsageErrorKey = "isUsageError";

/** An error of the command line, which ends the program with exit code 2 and without a stack. */
export function usageError(message: string): Error {
  return Object.assign(new Error(message), { [isUsageErrorKey]: true });
}

export function isUsageError(error: unknown): error is Error {
  return error instanceof Error && isUsageErrorKey in error;
}
