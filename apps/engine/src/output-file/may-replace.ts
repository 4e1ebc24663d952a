import { realpathSync, statSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { KestrelError, UsageError } from '@kestrel/core'
import type { CommandContext } from '../cli/command-context.ts'

/** Asks a person a question; true for yes. */
export type Ask = (question: string) => Promise<boolean>

type Asking = Pick<CommandContext, 'common'>

/**
 * Makes sure that a file named by the user may be written: it is new, or the user has said yes to its being replaced, by
 * `--yes` or when asked. A file that is being read is never replaced.
 *
 * @param input - File that the command reads, if it reads one.
 * @param ask - How to ask; by default a person at the terminal, where there is one.
 * @throws UsageError `OUTPUT_IS_INPUT`, `OUTPUT_EXISTS`.
 */
export async function mayReplace(
  { common }: Asking,
  path: string,
  input?: string,
  ask: Ask | undefined = atTerminal(common.input),
): Promise<void> {
  const there = realPath(path)
  if (there === undefined) return
  if (input !== undefined && there === realPath(input)) {
    throw new UsageError({
      code: 'OUTPUT_IS_INPUT',
      message: `${path} is the file that is read. Nothing was written.`,
      hint: 'Name another file with --output.',
      meta: { path },
    })
  }
  // What is no file at all, such as /dev/stdout or a folder, is for the file system to judge.
  if (!statSync(there).isFile() || common.yes === true) return
  if (ask === undefined) {
    throw new UsageError({
      code: 'OUTPUT_EXISTS',
      message: `${path} is there already. Nothing was written.`,
      hint: 'Add --yes to replace it, or name another file.',
      meta: { path },
    })
  }
  if (await ask(`${path} is there already. Replace it? [y/N] `)) return
  throw new KestrelError({
    code: 'OUTPUT_EXISTS',
    message: `${path} was left as it is. Nothing was written.`,
    meta: { path },
  })
}

/** The file behind a path, links followed; undefined where there is none. */
function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

/** A question on stderr, answered at the keyboard; undefined where nobody sits there, or with `--no-input`. */
function atTerminal(mayAsk: boolean): Ask | undefined {
  const { stdin, stderr } = process
  if (!mayAsk || !stdin.isTTY || !stderr.isTTY) return undefined
  return async (question) => {
    const lines = createInterface({ input: stdin, output: stderr })
    try {
      return /^y(es)?$/i.test((await lines.question(question)).trim())
    } finally {
      lines.close()
    }
  }
}
