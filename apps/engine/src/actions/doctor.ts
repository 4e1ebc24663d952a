import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { wrapText } from '../cli/output/wrap-text.ts'
import type { Diagnosis } from '../doctor/diagnosis.ts'
import { clockSanity, folderAccess, machineSize, versions } from '../doctor/machine.ts'
import { lakeState, redisState } from '../doctor/services.ts'

/** Looks at the machine. Always succeeds: what is amiss is in the result, with a way to fix it. */
export async function doctor(context: CommandContext): Promise<CommandResult> {
  const checks: Diagnosis[] = [
    versions(),
    machineSize(),
    await folderAccess('data-dir', context.dataDir),
    await folderAccess('runs-dir', context.runsDir),
    clockSanity(context.clock),
    await lakeState(context.dataDir),
    await redisState(context.env['REDIS_URL']),
  ]
  const { style } = context
  const marks: Readonly<Record<Diagnosis['status'], string>> = {
    ok: style.good('ok     '),
    warning: style.warn('warning'),
    problem: style.bad('PROBLEM'),
    off: style.dim('off    '),
  }
  const lines = checks.flatMap(({ name, status, detail, fix }) => {
    const [first = '', ...rest] = wrapText(detail, 60)
    return [
      `${marks[status]}  ${name.padEnd(9)} ${first}`,
      ...rest.map((line) => `${' '.repeat(19)}${line}`),
      ...(fix === null ? [] : wrapText(`Fix: ${fix}`, 60).map((line) => `${' '.repeat(19)}${style.dim(line)}`)),
    ]
  })
  const healthy = checks.every(({ status }) => status !== 'problem')
  return { document: { ok: healthy, checks }, rows: checks, text: lines.join('\n') }
}
