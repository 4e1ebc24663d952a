import type { HistoryPage, HistoryRequest, HistoryRow, HistorySource } from '../src/index.ts'

const HOUR_MS = 3_600_000

/** A bar of an hour, different from every other. */
export function hourlyRow(openTimeMs: number): HistoryRow {
  const hour = openTimeMs / HOUR_MS
  const open = 1_000 + (hour % 97)
  return [openTimeMs, open, open + 5, open - 5, open + (hour % 5), 1 + (hour % 7)]
}

/** A venue of hourly bars without a network, which counts what it is asked. */
export class ScriptedSource implements HistorySource {
  readonly venue = 'scripted'
  readonly means = 'a script'
  readonly requests: HistoryRequest[] = []
  /** Opening times of bars that the venue does not have. */
  readonly absent = new Set<number>()
  /** Called before each page, by number from 0: a place to fail, or to stop. */
  onPage: (page: number) => void = () => undefined
  readonly pageRows: number
  now: number

  constructor(nowMs: number, pageRows = 10) {
    this.now = nowMs
    this.pageRows = pageRows
  }

  check(): Promise<void> {
    return Promise.resolve()
  }

  nowMs(): Promise<number> {
    return Promise.resolve(this.now)
  }

  instrument(id: string) {
    return Promise.resolve({
      id,
      tickSize: '0.1',
      lotSize: '0.001',
      makerFeeRate: 0.001,
      takerFeeRate: 0.001,
      source: 'the script',
    })
  }

  async *pages(request: HistoryRequest): AsyncGenerator<HistoryPage> {
    this.requests.push(request)
    const { fromMs, toMs, after } = request
    let atMs = after === undefined ? fromMs : (after[0] as number)
    for (let page = 0; atMs < toMs; page++) {
      this.onPage(page)
      const endMs = Math.min(atMs + this.pageRows * HOUR_MS, toMs)
      const rows: HistoryRow[] = []
      for (let t = atMs; t < endMs; t += HOUR_MS) if (!this.absent.has(t)) rows.push(hourlyRow(t))
      yield await Promise.resolve({ fromMs: atMs, toMs: endMs, rows })
      atMs = endMs >= toMs ? endMs : endMs - HOUR_MS
    }
  }
}
