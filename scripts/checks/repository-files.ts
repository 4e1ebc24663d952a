import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { runTool } from './run-tool.ts'

/**
 * Paths of all files that are tracked or could be committed, relative to `root`, with `/`.
 *
 * @throws where `root` is no git checkout
 */
export async function repositoryFiles(root: string): Promise<string[]> {
  const run = await runTool('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  if (run.code !== 0) throw new Error(`git ls-files failed in ${root}: ${run.stderr.trim()}`)
  // A file deleted in the working tree is still in the index.
  return run.stdout.split('\0').filter((path) => path !== '' && existsSync(join(root, path)))
}
