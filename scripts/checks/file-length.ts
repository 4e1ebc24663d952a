import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Check } from './check.ts'
import { repositoryFiles } from './repository-files.ts'

const MAX_LINES = 350
const SOURCE = /\.(ts|tsx|mts|mjs|js|css)$/
/** What the first comment of a longer file says, such as `Long because: one table, read top to bottom.` */
const REASON = /long because:?\s+\S+/i

/** A source file above 350 lines holds more than one concept, unless its first comment says why not. */
export const fileLength: Check = {
  name: 'file length',
  about: `a file above ${MAX_LINES} lines gives no reason ("Long because ..." in its first comment)`,
  async run(root) {
    const files = (await repositoryFiles(root)).filter((path) => SOURCE.test(path) && !path.includes('/fixtures/'))
    const findings = await Promise.all(files.map((path) => lengthFinding(root, path)))
    return findings.filter((finding) => finding !== undefined)
  },
}

async function lengthFinding(root: string, path: string): Promise<string | undefined> {
  const text = await readFile(join(root, path), 'utf8')
  const lines = countLines(text)
  return lines > MAX_LINES && !REASON.test(firstComment(text)) ? `${path} has ${lines} lines` : undefined
}

/** Lines as an editor counts them: a final newline does not begin another. */
export function countLines(text: string): number {
  return text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
}

/** The first block comment or run of line comments, wherever it stands. */
export function firstComment(text: string): string {
  return /\/\*[\s\S]*?\*\/|(?:^[ \t]*\/\/.*\n?)+/m.exec(text)?.[0] ?? ''
}
