import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InstallError } from './install-error.mjs'

/**
 * The workspaces that the engine and its tests need: every package and the engine itself. The dashboard and the
 * benchmarks bring heavy packages of their own and are installed by the tasks that use them.
 *
 * @param {string} root - folder of the repository
 * @returns {string[]} folders relative to `root`, in a stable order
 */
export function engineWorkspaces(root) {
  const packages = readdirSync(join(root, 'packages'))
    .filter((name) => existsSync(join(root, 'packages', name, 'package.json')))
    .sort()
  return [...packages.map((name) => `packages/${name}`), 'apps/engine']
}

/**
 * SHA-256 of `package-lock.json`, hexadecimal.
 *
 * @param {string} root - folder of the repository
 */
export function lockFileHash(root) {
  try {
    return createHash('sha256')
      .update(readFileSync(join(root, 'package-lock.json')))
      .digest('hex')
  } catch (cause) {
    throw new InstallError(`package-lock.json cannot be read in ${root}: is this a complete checkout?`, { cause })
  }
}
