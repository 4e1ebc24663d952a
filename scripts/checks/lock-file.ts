import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Check } from './check.ts'

/** The parts of a lock file (version 3) that are looked at; keys are paths such as `node_modules/a/node_modules/b`. */
export interface LockFile {
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly optionalDependencies?: Readonly<Record<string, string>>
        readonly integrity?: string
        readonly link?: boolean
      }
    >
  >
}

/**
 * The lock file serves every platform. npm leaves out the native packages of other platforms when the registry lacks them,
 * or when it locks from a half-filled `node_modules`; `npm ci` then fails there, and sometimes here.
 */
export const lockFile: Check = {
  name: 'lock file',
  about: 'package-lock.json lacks a platform or a checksum',
  run: async (root) => lockFindings(JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as LockFile),
}

/** @returns one text for each optional package that is not locked and each locked package without checksum */
export function lockFindings(lock: LockFile): string[] {
  const entries = Object.entries(lock.packages)
  const missing = entries.flatMap(([path, entry]) =>
    Object.entries(entry.optionalDependencies ?? {})
      .filter(([name]) => !resolves(lock, path, name))
      .map(([name, version]) => `${name}@${version}, an optional dependency of ${path}, is not locked`),
  )
  const unchecked = entries
    .filter(([path, entry]) => path.includes('node_modules/') && entry.link !== true && entry.integrity === undefined)
    .map(([path]) => `${path} has no checksum`)
  return [...missing, ...unchecked]
}

/** Walks from the folder of the importing package to the root, as Node does. */
function resolves(lock: LockFile, from: string, name: string): boolean {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (lock.packages[folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`] !== undefined)
      return true
    if (folder === '') return false
  }
}
