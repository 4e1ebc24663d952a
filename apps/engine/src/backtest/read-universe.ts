import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseInstrumentId, UsageError } from '@kestrel/core'
import type { UniverseEntry } from '@kestrel/kernel'
import { z } from 'zod'
import { fileProblem } from '../cli/file-problem.ts'
import { parseTime } from '../cli/parse-time.ts'

const rowSchema = z.object({ date: z.union([z.string(), z.number()]), instrument: z.string() })

/**
 * Reads a point-in-time universe: a CSV with the columns `date,instrument`, or a JSON list of such objects. The rows of
 * one date are the members from that instant until the next date.
 *
 * @throws UsageError `UNIVERSE_FILE` naming the line.
 */
export function readUniverse(path: string): UniverseEntry[] {
  const name = basename(path)
  const fail = (problem: string, cause?: unknown): UsageError =>
    new UsageError({
      code: 'UNIVERSE_FILE',
      message: `The universe file ${name} ${problem}. Nothing was run.`,
      hint: 'Write a CSV with the header date,instrument: one row for each member from that date on.',
      meta: { path },
      cause,
    })
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw fail(`cannot be read: ${fileProblem(cause)}`, cause)
  }
  const rows = path.endsWith('.json') ? jsonRows(text, fail) : csvRows(text, fail)
  const byTime = new Map<number, string[]>()
  rows.forEach(({ date, instrument }, index) => {
    let timeMs: number
    try {
      timeMs = parseTime(String(date), 'date')
      parseInstrumentId(instrument)
    } catch (error) {
      throw fail(`row ${index + 1}: ${(error as Error).message.replace(/\.$/, '')}`, error)
    }
    byTime.set(timeMs, [...(byTime.get(timeMs) ?? []), instrument])
  })
  if (byTime.size === 0) throw fail('has no rows')
  return [...byTime].toSorted(([a], [b]) => a - b).map(([fromMs, members]) => ({ fromMs, members }))
}

type Fail = (problem: string, cause?: unknown) => UsageError

function jsonRows(text: string, fail: Fail): z.output<typeof rowSchema>[] {
  try {
    return z.array(rowSchema).parse(JSON.parse(text))
  } catch (cause) {
    throw fail('is no list of { "date", "instrument" }', cause)
  }
}

function csvRows(text: string, fail: Fail): z.output<typeof rowSchema>[] {
  const [head = '', ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const names = head.split(',').map((part) => part.trim().toLowerCase())
  const dateAt = names.indexOf('date')
  const instrumentAt = names.indexOf('instrument')
  if (dateAt < 0 || instrumentAt < 0) throw fail('has no columns date and instrument in its first line')
  return lines.map((line) => {
    const parts = line.split(',').map((part) => part.trim().replaceAll(/^"|"$/g, ''))
    return { date: parts[dateAt] ?? '', instrument: parts[instrumentAt] ?? '' }
  })
}
