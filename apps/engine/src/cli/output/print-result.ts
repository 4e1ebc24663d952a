import type { CommandResult } from '../command-result.ts'
import type { CommonOptions } from '../common-options.ts'

/** Version of every JSON document of the command. */
const SCHEMA_VERSION = 1

/** Prints a result on stdout: text for people, one JSON document, or one object a line. Waits until it is written. */
export async function printResult(result: CommandResult, command: string, common: CommonOptions): Promise<void> {
  const document = { schemaVersion: SCHEMA_VERSION, command, ...result.document }
  if (common.ndjson === true) {
    await write((result.rows ?? [document]).map((row) => `${jsonText(row)}\n`).join(''))
  } else if (common.json === true) await write(`${jsonText(document)}\n`)
  else if (result.text !== '') await write(`${result.text}\n`)
}

/** JSON in which what is undefined stands as null. */
function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (each === undefined ? null : each))
}

async function write(text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(text, (error) => (error === null || error === undefined ? resolve() : reject(error)))
  })
}
