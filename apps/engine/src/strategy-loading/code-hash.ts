import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, relative, sep } from 'node:path'

/**
 * SHA-256 of the code that a run depends on: the version of Kestrel, then each file's path relative to the first and its
 * bytes. Where the folder lies on the machine makes no difference.
 *
 * @param files - Absolute paths, the strategy's own file first.
 */
export function codeHash(version: string, files: readonly string[]): string {
  const base = dirname(files[0] ?? '.')
  const hash = createHash('sha256').update(`kestrel ${version}\n`)
  const named = files.map((file) => ({ file, name: relative(base, file).split(sep).join('/') }))
  for (const { file, name } of named.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const bytes = readFileSync(file)
    hash.update(`${name}:${bytes.length}\n`).update(bytes)
  }
  return hash.digest('hex')
}
