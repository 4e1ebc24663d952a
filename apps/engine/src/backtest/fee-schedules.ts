import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { FeeScheduleSpec } from '@kestrel/backtest'
import { UsageError } from '@kestrel/core'
import { findFeeSchedule, listFeeSchedules } from '@kestrel/data'
import { parseJsonWithComments } from '../config/json-with-comments.ts'
import type { AskedFees } from './cost-flags.ts'

/**
 * The fee schedules of a run: those of shipped names, of files (one schedule, a list, or a file in the shipped form), and
 * those stated themselves. Their numbers are checked with the run's other terms.
 *
 * @param cwd - What paths are relative to.
 * @throws UsageError `CLI_FEE_SCHEDULE` for a name and file that do not exist or cannot be read.
 */
export function feeSchedulesOf({ schedules, changes }: AskedFees, cwd: string): readonly FeeScheduleSpec[] {
  return schedules
    .flatMap((each) => (typeof each === 'string' ? namedSchedules(each, cwd) : [each]))
    .map((each) => ({ ...(each as FeeScheduleSpec), ...changes }))
}

function namedSchedules(nameOrPath: string, cwd: string): readonly unknown[] {
  const json = findFeeSchedule(nameOrPath) ?? readFile(resolve(cwd, nameOrPath), nameOrPath)
  return Array.isArray(json) ? json : ((json as { schedules?: unknown[] }).schedules ?? [json])
}

function readFile(path: string, given: string): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw refusal(given, `it is neither a shipped schedule nor a file (${path})`, cause)
  }
  try {
    const json: unknown = parseJsonWithComments(text)
    if (typeof json === 'object' && json !== null) return json
  } catch (cause) {
    throw refusal(given, cause instanceof Error ? cause.message : String(cause), cause)
  }
  throw refusal(given, 'it holds no schedule', undefined)
}

function refusal(given: string, reason: string, cause: unknown): UsageError {
  return new UsageError({
    code: 'CLI_FEE_SCHEDULE',
    message: `The fee schedule ${given} cannot be read: ${reason}. Nothing was run.`,
    hint: `Shipped: ${listFeeSchedules().join(', ')}. A file holds { "tiers": [{ "minVolume": 0, "makerRate": 0.001, "takerRate": 0.001 }] }.`,
    meta: { given },
    cause,
  })
}
