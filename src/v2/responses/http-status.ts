/** Whether a number is a status of HTTP. */
export function isHttpStatus(status: number | undefined): status is number {
  return status !== undefined && Number.isInteger(status) && status >= 100 && status <= 599;
}

/** The status that a number of a response stands for, as Go hosts read it: 500 for one that is not a status. */
export function toHttpStatus(status: number | undefined): number {
  return isHttpStatus(status) ? status : 500;
}
