/** Commands that must succeed, with the document that they print. */
import { expect } from 'vitest'
import { kestrel } from '../kestrel-process.ts'

/** Runs a command with `--json` that has to end with 0; gives its one JSON document. */
export async function documentOf<T>(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<T> {
  const { code, stdout, stderr } = await kestrel(cwd, [...args, '--json'], env)
  expect({ code, stderr: code === 0 ? '' : stderr }, args.join(' ')).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout) as T
}
