import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { InstallError } from './install-error.mjs'

/** What npm prints when it cannot reach the registry. */
const OFFLINE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED/
const TAIL_LINES = 15

/**
 * Installs the named workspaces and the root exactly as locked, with `npm ci`. Prints one line to stderr.
 *
 * @param {string} root - folder of the repository
 * @param {readonly string[]} workspaces - folders relative to `root`
 * @throws {InstallError} one message that says what went wrong and what to do
 */
export async function npmCi(root, workspaces) {
  process.stderr.write('Installing dependencies (10 to 60 s, 500 MB) ...\n')
  const args = ['ci', '--include-workspace-root', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  const { code, output } = await runNpm(root, [...args, ...workspaces.flatMap((folder) => ['--workspace', folder])])
  if (code !== 0) throw new InstallError(explain(code, output))
}

function runNpm(root, args) {
  return new Promise((resolve, reject) => {
    // npm scripts put this folder first in PATH; npm must not run on the Node that it is about to replace.
    const replaced = join(root, 'node_modules', '.bin')
    const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== replaced)
    const child = spawn('npm', args, {
      cwd: root,
      env: { ...process.env, PATH: folders.join(delimiter) },
      stdio: ['ignore', 'pipe', 'pipe'],
      // npm is a .cmd file on Windows, which only a shell can start; no argument here needs quoting.
      shell: process.platform === 'win32',
    })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    const stop = (signal) => child.kill(signal)
    process.once('SIGTERM', stop)
    child.on('error', (cause) => {
      const why =
        cause.code === 'ENOENT' ? 'npm is not on the PATH. Install Node.js with npm, then try again.' : cause.message
      reject(new InstallError(`Dependencies were not installed: ${why}`, { cause }))
    })
    child.on('close', (code) => {
      process.removeListener('SIGTERM', stop)
      resolve({ code: code ?? 1, output })
    })
  })
}

function explain(code, output) {
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !line.includes('A complete log of this run'))
  const tail = lines.slice(-TAIL_LINES).join('\n')
  const advice = OFFLINE.test(output)
    ? 'The npm registry cannot be reached: check the network or proxy (npm config get registry), then try again.'
    : output.includes('ENOSPC')
      ? 'The disk is full.'
      : output.includes('EUSAGE')
        ? 'package.json and package-lock.json disagree: run npm install and commit the lock file.'
        : 'See the lines above.'
  return `${tail}\nDependencies were not installed (npm ci ended with ${code}). ${advice}`
}
