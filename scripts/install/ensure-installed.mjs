import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { InstallError } from './install-error.mjs'
import { withInstallLock } from './install-lock.mjs'
import { isInstallComplete } from './installed-versions.mjs'
import { npmCi } from './npm-ci.mjs'
import { engineWorkspaces, lockFileHash } from './workspace-list.mjs'

export { InstallError }

/**
 * Makes sure that `node_modules` holds what the lock file says, for the engine, its tests and the named extra workspaces.
 *
 * The stamp `node_modules/.kestrel-install` records the hash of the lock file, the platform and the workspaces installed,
 * so the usual call costs one small read. A complete install made by hand (`npm ci`, `npm install`) is recognised and kept.
 * Safe to call from two processes at once: the second waits for the first.
 *
 * @param {string} root - folder of the repository
 * @param {readonly string[]} extraWorkspaces - folders such as `benchmarks`, installed on demand only
 * @throws {InstallError} where npm is missing, offline or fails
 */
export async function ensureInstalled(root, extraWorkspaces) {
  const wanted = { lock: lockFileHash(root), platform: process.platform, arch: process.arch }
  const workspaces = [...engineWorkspaces(root), ...extraWorkspaces]
  if (isCurrent(readStamp(root), wanted, workspaces)) return
  await withInstallLock(root, async () => {
    const stamp = readStamp(root)
    if (isCurrent(stamp, wanted, workspaces)) return
    // What an earlier task asked for stays installed: npm ci removes everything that is not named.
    const all = [...new Set([...workspaces, ...(stamp?.workspaces ?? [])])].filter((folder) =>
      folderHasPackage(root, folder),
    )
    if (!isInstallComplete(root, all)) await npmCi(root, all)
    writeStamp(root, { ...wanted, workspaces: all })
  })
}

function isCurrent(stamp, wanted, workspaces) {
  return (
    stamp !== undefined &&
    stamp.lock === wanted.lock &&
    stamp.platform === wanted.platform &&
    stamp.arch === wanted.arch &&
    workspaces.every((folder) => stamp.workspaces.includes(folder))
  )
}

function readStamp(root) {
  try {
    const stamp = JSON.parse(readFileSync(stampPath(root), 'utf8'))
    return Array.isArray(stamp.workspaces) ? stamp : undefined
  } catch {
    return undefined
  }
}

function writeStamp(root, stamp) {
  mkdirSync(join(root, 'node_modules'), { recursive: true })
  writeFileSync(stampPath(root), `${JSON.stringify(stamp, undefined, 2)}\n`)
}

function stampPath(root) {
  return join(root, 'node_modules', '.kestrel-install')
}

function folderHasPackage(root, folder) {
  try {
    readFileSync(join(root, folder, 'package.json'))
    return true
  } catch {
    return false
  }
}
