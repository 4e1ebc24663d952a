/**
 * What a command hands back to be printed. Nothing reaches stdout before a command has succeeded, so that a failure
 * leaves it empty.
 */
export interface CommandResult {
  /** Body of the JSON document; `schemaVersion` and `command` are put in front. */
  readonly document: Readonly<Record<string, unknown>>
  /** For `--ndjson`: one object a line. Commands without a list print their document on one line. */
  readonly rows?: readonly object[]
  /** True where the command printed while it ran, as a server does; nothing is printed then. */
  readonly isPrinted?: boolean
  /** For people, without the final line break. */
  readonly text: string
}
