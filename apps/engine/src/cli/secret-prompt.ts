import { UsageError } from '@kestrel/core'
import { interruptedError } from './command-error.ts'

/** Where secrets come from: typed by a person without being shown, or read from stdin. Never from an argument. */
export interface SecretPrompt {
  readonly isInteractive: boolean
  /** Asks a person. Only where interactive. */
  ask(question: string): Promise<string>
  /** All lines of stdin. Only where not interactive. */
  lines(): Promise<readonly string[]>
}

/** As much of a terminal as is needed. */
export interface SecretInput extends AsyncIterable<Buffer | string> {
  readonly isTTY?: boolean
  setRawMode?(mode: boolean): unknown
  resume(): unknown
  pause(): unknown
  on(event: 'data', listener: (data: Buffer) => void): unknown
  off(event: 'data', listener: (data: Buffer) => void): unknown
}

const MOST_CHARACTERS = 65_536

/**
 * @param output - where questions go: stderr, since stdout is for data
 * @param mayAsk - false with `--no-input`
 */
export function secretPrompt(
  input: SecretInput,
  output: { write(text: string): unknown },
  mayAsk: boolean,
): SecretPrompt {
  return {
    isInteractive: input.isTTY === true && mayAsk,
    ask: async (question) => await askHidden(input, output, question),
    async lines() {
      if (input.isTTY === true) throw noInput()
      let text = ''
      for await (const part of input) {
        text += String(part)
        if (text.length > MOST_CHARACTERS) throw noInput()
      }
      return text.replace(/\r?\n$/, '').split(/\r?\n/)
    },
  }
}

/** Reads a line key by key, so that the terminal never shows it. */
async function askHidden(
  input: SecretInput,
  output: { write(text: string): unknown },
  question: string,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let typed = ''
  const listener = (data: Buffer): void => {
    for (const key of data.toString('utf8')) {
      if (key === '\r' || key === '\n') return resolve(typed)
      if (key === '\u0003') return reject(interruptedError('Interrupted. Nothing was changed.'))
      if (key === '\u0004' && typed === '') return reject(noInput())
      // The terminal sends either one for the key that deletes.
      if (key === '\u007F' || key === '\b') typed = typed.slice(0, -1)
      else if (key >= ' ') typed += key
    }
  }
  output.write(question)
  input.setRawMode?.(true)
  input.on('data', listener)
  input.resume()
  try {
    return await promise
  } finally {
    input.off('data', listener)
    input.setRawMode?.(false)
    input.pause()
    output.write('\n')
  }
}

function noInput(): UsageError {
  return new UsageError({
    code: 'NO_INPUT',
    message: 'A secret has to be typed or come on stdin, and neither did. Nothing was changed.',
    hint: 'Pipe it in, one secret a line: kestrel keys add NAME --venue binance < FILE',
  })
}
