import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { BENCHMARKS } from './folders.ts'
import { installError, runTool } from './run-tool.ts'

const FOLDER = join(BENCHMARKS, 'peers', 'npm')

/**
 * Installs the npm peers as their own lock file says, into `peers/npm/node_modules`. They are no workspace, so that
 * nothing but the benchmarks ever installs them.
 *
 * @returns undefined when they are there, else npm's error.
 */
export async function installNpmPeers(): Promise<string | undefined> {
  const lock = readFileSync(join(FOLDER, 'package-lock.json'), 'utf8')
  const wanted = `${createHash('sha256').update(lock).digest('hex')} ${process.platform}-${process.arch} ${process.version}`
  const stamp = join(FOLDER, 'node_modules', '.installed')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return undefined
  process.stderr.write('Installing npm peers ...\n')
  // npm runs on this Node: on an older one it leaves out native parts that ask for a newer one, without a word.
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}` }
  const { code, output } = await runTool('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: FOLDER,
    env,
  })
  if (code !== 0) return installError(output)
  await writeFile(stamp, wanted)
  return undefined
}
