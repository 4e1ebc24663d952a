import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Check } from './check.ts'
import { repositoryFiles } from './repository-files.ts'

const TEXT =
  /\.(ts|tsx|mts|mjs|js|json|jsonc|md|css|html|svg|ya?ml|toml|sh|csv|ndjson)$|(^|\/)(run|LICENSE|\.[a-z]+rc|\.gitignore)$/
const MAX_BYTES = 2_000_000

/** What must not stay in the repository, with how it is called in a finding. */
const LEFTOVERS: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  // A path of the machine somebody worked on: works for nobody else.
  {
    what: 'a path of one machine',
    pattern: /(?<![\w.:/-])\/(work|root|Users\/[a-z]\w*|home\/[a-z]\w*|tmp\/[a-z]\w*)\//,
  },
  { what: 'a Windows path of one machine', pattern: /\b[A-Z]:\\Users\\/ },
  { what: 'a merge conflict', pattern: /^(<{7}|>{7}) / },
  { what: 'an unfinished mark', pattern: /\b(TODO|FIXME|XXX|HACK)\b/ },
  { what: 'a focused test', pattern: /\b(test|describe|it)\.only\(/ },
  { what: 'a private key', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----/ },
  { what: 'filler text', pattern: /\blorem ipsum\b/i },
]

/** Nothing of one machine, one merge or one afternoon is left in the tracked text. */
export const leftovers: Check = {
  name: 'leftovers',
  about: 'a machine path, conflict mark, unfinished mark, focused test or key is in the tree',
  async run(root) {
    const own = join('scripts', 'checks', 'leftovers')
    const files = (await repositoryFiles(root)).filter((path) => TEXT.test(path) && !path.startsWith(own))
    const findings = await Promise.all(
      files.map(async (path) => {
        const file = join(root, path)
        return (await stat(file)).size > MAX_BYTES ? [] : leftoverFindings(path, await readFile(file, 'utf8'))
      }),
    )
    return findings.flat()
  },
}

/** @returns findings as `path:line has ...` */
export function leftoverFindings(path: string, text: string): string[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      LEFTOVERS.filter(({ pattern }) => pattern.test(line)).map(
        ({ what }) => `${path}:${index + 1} has ${what}: ${line.trim().slice(0, 120)}`,
      ),
    )
}
