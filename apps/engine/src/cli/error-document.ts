import { KestrelError, type Retry } from '@kestrel/core'

/** An error as `--json` writes it on stderr, and as a worker hands it to the main thread. */
export interface ErrorDocument {
  readonly name: string
  readonly code: string
  readonly message: string
  readonly hint: string | undefined
  readonly retry: Retry
  readonly meta: Readonly<Record<string, unknown>>
  /** Only for errors that are bugs. */
  readonly stack: string | undefined
}

/** The facts of any thrown value as plain data that survives JSON and a message between threads. */
export function errorDocument(error: unknown): ErrorDocument {
  if (KestrelError.isInstance(error)) {
    const { name, code, message, hint, retry } = error
    return { name, code, message, hint, retry, meta: plain(error.meta), stack: causeStack(error.cause) }
  }
  const message = error instanceof Error ? error.message : String(error)
  const stack = error instanceof Error ? error.stack : undefined
  return { name: 'Error', code: 'INTERNAL', message, hint: undefined, retry: 'never', meta: {}, stack }
}

/** An error again, made from its document. */
export function errorFromDocument(document: ErrorDocument): Error {
  if (document.code === 'INTERNAL') {
    const error = new Error(document.message)
    if (document.stack !== undefined) error.stack = document.stack
    return error
  }
  const { name, code, message, hint, retry, meta } = document
  const error = new KestrelError({ code, message, retry, meta, ...(hint === undefined ? {} : { hint }) })
  error.name = name
  if (document.stack !== undefined) error.stack = document.stack
  return error
}

function causeStack(cause: unknown): string | undefined {
  return cause instanceof Error ? cause.stack : undefined
}

/** Drops what cannot be written as JSON. */
function plain(meta: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(meta).flatMap(([name, value]) => {
      try {
        const text = JSON.stringify(value)
        return text === undefined ? [] : [[name, JSON.parse(text) as unknown]]
      } catch {
        return []
      }
    }),
  )
}
