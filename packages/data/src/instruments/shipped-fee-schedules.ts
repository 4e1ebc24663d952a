import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { shippedFolder } from './shipped-folder.ts'

/** Names of the fee schedules that Kestrel ships, in alphabetical order. */
export function listFeeSchedules(): string[] {
  const folder = schedulesFolder()
  if (folder === undefined) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort()
}

/**
 * The file of a shipped fee schedule, as it is written: whoever charges fees knows its form. Schedules are facts of one
 * date, and each states its source.
 *
 * @returns undefined where none of that name is shipped.
 */
export function findFeeSchedule(name: string): unknown {
  if (!listFeeSchedules().includes(name)) return undefined
  return JSON.parse(readFileSync(`${schedulesFolder() ?? ''}${name}.json`, 'utf8'))
}

function schedulesFolder(): string | undefined {
  const folder = shippedFolder()
  const schedules = folder === undefined ? undefined : `${folder}fee-schedules/`
  return schedules !== undefined && existsSync(schedules) ? schedules : undefined
}
