import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { InstallError } from './install-error.mjs'

/** The oldest major version of Node that runs the sources (it strips types and has `node:sqlite`). */
const OLDEST_MAJOR = 24

/**
 * Path of the Node that the lock file pins through the npm package `node`, whether or not it is there.
 *
 * @param {string} root - folder of the repository
 */
export function pinnedNodePath(root) {
  return join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
}

/**
 * The Node to run tasks on: the pinned one, or the running one where the pinned one is missing and the running one is new enough.
 *
 * @param {string} root - folder of the repository
 * @returns {string} path of an executable
 * @throws {InstallError} where neither will do
 */
export function choosePinnedNode(root) {
  const pinned = pinnedNodePath(root)
  if (existsSync(pinned)) return pinned
  if (Number(process.versions.node.split('.')[0]) >= OLDEST_MAJOR) return process.execPath
  throw new InstallError(
    `The pinned Node is missing (${pinned}): npm installed the package "node" without running its install script, ` +
      `as it does with --ignore-scripts or "ignore-scripts=true" in .npmrc.\n` +
      `Either run: npm rebuild node --ignore-scripts=false\n` +
      `or use Node ${OLDEST_MAJOR} or newer (this is ${process.version}).`,
  )
}
