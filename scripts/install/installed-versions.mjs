import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pinnedNodePath } from './pinned-node.mjs'

/**
 * Whether `node_modules` already holds, at the locked versions, everything the workspaces name: an install made by hand
 * should not be thrown away and made again.
 *
 * npm writes `node_modules/.package-lock.json` as the last act of an install, so what it lists arrived completely.
 *
 * @param {string} root - folder of the repository
 * @param {readonly string[]} workspaces - folders relative to `root`
 */
export function isInstallComplete(root, workspaces) {
  const locked = readJson(join(root, 'package-lock.json'))?.packages
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages
  if (!locked || !installed) return false
  const sameVersions = Object.entries(installed).every(
    ([path, entry]) => entry.link || locked[path] === undefined || locked[path].version === entry.version,
  )
  return (
    sameVersions &&
    ['', ...workspaces].every((folder) => hasDependencies(root, folder, installed)) &&
    pinnedNodeRuns(root)
  )
}

function hasDependencies(root, folder, installed) {
  const manifest = readJson(join(root, folder, 'package.json'))
  if (!manifest) return false
  return Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).every((name) =>
    [`node_modules/${name}`, `${folder}/node_modules/${name}`].some(
      (path) => installed[path] !== undefined && existsSync(join(root, path)),
    ),
  )
}

/** Also catches a `node_modules` folder copied from a machine of another kind. */
function pinnedNodeRuns(root) {
  const path = pinnedNodePath(root)
  return existsSync(path) && spawnSync(path, ['--version']).status === 0
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}
