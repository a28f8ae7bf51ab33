/** Where a command prints lines. */
export interface Output {
  readonly print: (line: string) => void;
  readonly printError: (line: string) => void;
}
