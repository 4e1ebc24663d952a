import { DataError, KestrelError, UsageError } from '@kestrel/core'

const LONGEST_SHOWN = 40

/** Text of a file as a message shows it: clipped, control characters escaped. */
export function shownText(text: string): string {
  const clipped = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}...` : text
  return JSON.stringify(clipped)
}

export interface CellFault {
  readonly code: string
  /** Name of the file, without its folders. */
  readonly file: string
  /** `line 17` or `row 17`. */
  readonly position: string
  /** Name of the column in the file, or its number. */
  readonly column: string
  readonly text: string
  /** What is wrong, as the end of a sentence: `is not a number`. */
  readonly problem: string
  readonly hint?: string
}

/** The error for one cell that cannot be used. */
export function cellError(fault: CellFault): DataError {
  const { code, file, position, column, text, problem, hint } = fault
  return new DataError({
    code,
    message: `${file}, ${position}, column ${column}: ${shownText(text)} ${problem}. Nothing was imported.`,
    ...(hint === undefined ? {} : { hint }),
    meta: { file, position, column, text: text.slice(0, LONGEST_SHOWN) },
  })
}

/** The error for a file that is not what it claims to be. */
export function fileError(code: string, file: string, problem: string, hint?: string, cause?: unknown): DataError {
  return new DataError({
    code,
    message: `${file}: ${problem} Nothing was imported.`,
    ...(hint === undefined ? {} : { hint }),
    meta: { file },
    cause,
  })
}

/** The error for an option that does not fit the file. */
export function optionError(code: string, message: string, hint: string, meta: Record<string, unknown>): UsageError {
  return new UsageError({ code, message: `${message} Nothing was imported.`, hint, meta })
}

/** The error for an import that was cancelled. */
export function interruptedError(file: string): KestrelError {
  return new KestrelError({
    code: 'INTERRUPTED',
    message: `The import of ${file} was interrupted. Nothing was imported.`,
    meta: { file },
    retry: 'safe',
  })
}

/** Runs `read`, turning whatever a library throws on a broken file into a {@link DataError} that names the file. */
export async function asDataError<T>(file: string, format: string, read: () => Promise<T> | T): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (KestrelError.isInstance(error)) throw error
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error)
    throw fileError(
      'IMPORT_UNREADABLE',
      file,
      `cannot be read as ${format}: ${reason}.`,
      'Check that the file is complete and of the form its name says.',
      error,
    )
  }
}
