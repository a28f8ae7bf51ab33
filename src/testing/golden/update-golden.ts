/** The environment variable that lets golden files and recordings be written. */
export const updateVariable = "UPDATE_GOLDEN";

/** Whether to write golden files: the option of the call, otherwise whether the environment has `UPDATE_GOLDEN=1`. */
export function isUpdating(update: boolean | undefined): boolean {
  const value = process.env[updateVariable] ?? "";
  return update ?? (value !== "" && value !== "0" && value !== "false");
}
