/** The name of a plugin's executable for this system, with Go's names of processors. */
export function pluginExecutableName(executable: string): string {
  return `${executable}_${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
}
