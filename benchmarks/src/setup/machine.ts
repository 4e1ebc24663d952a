import { spawnSync } from 'node:child_process'
import { cpus, platform, release, totalmem } from 'node:os'
import { ROOT } from './folders.ts'

/** The machine in one line: processor, cores, memory, system, Node. */
export function machineName(): string {
  const cores = cpus()
  const model = cores[0]?.model.trim() ?? 'unknown processor'
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${model}, ${cores.length} cores, ${memory} GiB, ${platform()} ${release()}, Node ${process.version}`
}

/** Commit of the working tree, with `-dirty` where files under version control differ from it. */
export function commitName(): string {
  const git = (...args: string[]): string | undefined => {
    const { status, stdout } = spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' })
    return status === 0 ? stdout.trim() : undefined
  }
  const commit = git('rev-parse', 'HEAD')
  if (commit === undefined) return 'unknown'
  // Results are written by the benchmarks themselves and change nothing that they measure.
  const changed = git('status', '--porcelain', '--untracked-files=no', '--', '.', ':!benchmarks/results', ':!docs')
  return changed === '' ? commit : `${commit}-dirty`
}
