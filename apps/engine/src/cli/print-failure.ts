import { KestrelError } from '@kestrel/core'
import { errorDocument } from './error-document.ts'
import { processRedactor } from '../log/redactor.ts'
import { styleOf } from './output/style.ts'
import { describeTerminal } from './terminal.ts'

export interface FailureFlags {
  readonly json: boolean
  readonly verbose: boolean
  readonly color: boolean
}

/** Says on stderr what went wrong and what to do next; with `--json` the last line is the error as JSON. */
export function printFailure(error: unknown, flags: FailureFlags): void {
  const { colorStderr } = describeTerminal(process.stdout, process.stderr, process.env, flags.color)
  const style = styleOf(colorStderr)
  const document = errorDocument(error)
  const detail = (error as { detail?: unknown } | null)?.detail
  const lines: string[] = []
  if (typeof detail === 'string') lines.push(detail, '')
  if (KestrelError.isInstance(error)) {
    lines.push(`${style.bold(style.bad('Error:'))} ${document.message}`)
    if (document.hint !== undefined) lines.push(`${style.dim('Next:')}  ${document.hint}`)
    if (flags.verbose && document.stack !== undefined) lines.push(document.stack)
  } else {
    lines.push(`${style.bold(style.bad('Error:'))} ${document.message}`)
    lines.push(
      flags.verbose && document.stack !== undefined
        ? document.stack
        : 'This is a fault in Kestrel. Run again with --verbose for the place.',
    )
  }
  if (flags.json) {
    const { code, message, hint, retry, meta } = document
    lines.push(JSON.stringify({ error: { code, message, hint: hint ?? null, retry, meta } }))
  }
  process.stderr.write(`${processRedactor.text(lines.join('\n'))}\n`)
}
