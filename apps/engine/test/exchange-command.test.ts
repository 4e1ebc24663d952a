import type { ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { ended, errorOf, kestrel, startKestrel, workFolder } from './kestrel-process.ts'

interface ExchangeDocument {
  readonly command: string
  readonly synthetic: boolean
  readonly venues: readonly { readonly name: string; readonly url: string; readonly wsUrl: string }[]
  readonly markets: readonly object[]
  readonly account: { readonly apiKey: string }
  readonly faults: { readonly faults: readonly object[] } | null
}

const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

/** Starts `kestrel exchange` and reads what it prints first. */
async function exchange(args: readonly string[], folder = workFolder()) {
  const child = startKestrel(folder, ['exchange', ...args])
  started.push(child)
  const finished = ended(child)
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  child.stdout?.once('data', (part: string) => resolve(part))
  void finished.then(({ stderr }) => reject(new Error(stderr)))
  return { child, finished, printed: await promise }
}

describe('kestrel exchange', () => {
  test('prints addresses and keys, trades by itself on loopback, and ends with 0 at Ctrl-C', async () => {
    const { child, finished, printed } = await exchange(['--json', '--speed', '20'])
    const document = JSON.parse(printed) as ExchangeDocument
    expect(document).toMatchObject({ command: 'exchange', synthetic: true, faults: null })
    expect(document.account.apiKey).toBe('kestrel-demo-key')
    expect(document.venues.map(({ name }) => name)).toEqual(['binance', 'binanceusdm', 'bybit'])
    for (const { url, wsUrl } of document.venues) {
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
      expect(wsUrl).toBe(url.replace('http', 'ws'))
    }
    const [binance, usdm, bybit] = document.venues.map(({ url }) => url)
    const trades = async (): Promise<unknown[]> =>
      (await (await fetch(`${binance}/api/v3/trades?symbol=BTCUSDT`)).json()) as unknown[]
    await expect.poll(async () => (await trades()).length, { timeout: 20_000 }).toBeGreaterThan(0)
    expect(await (await fetch(`${usdm}/fapi/v1/time`)).json()).toHaveProperty('serverTime')
    expect(await (await fetch(`${bybit}/v5/market/time`)).json()).toMatchObject({ retCode: 0 })
    child.kill('SIGINT')
    const { code, stdout } = await finished
    expect(code).toBe(0)
    expect(stdout.trim().split('\n')).toHaveLength(1)
  })

  test('one venue, a market of its own and faults from a file; what strikes is told on stderr', async () => {
    const folder = workFolder()
    const schedule = { faults: [{ name: 'html-page', on: 'time', nth: 1, numbers: { status: 2 } }] }
    writeFileSync(join(folder, 'faults.json'), JSON.stringify(schedule))
    const args = ['--venue', 'bybit', '--market', 'ETHUSDT:3000', '--faults', 'faults.json', '--json']
    const { child, finished, printed } = await exchange(args, folder)
    const document = JSON.parse(printed) as ExchangeDocument
    expect(document.faults).toEqual(schedule)
    expect(document.markets).toEqual([
      { kind: 'spot', symbol: 'ETHUSDT', startPrice: 3000 },
      { kind: 'linear', symbol: 'ETHUSDT', startPrice: 3000 },
    ])
    const url = document.venues[0]?.url
    const answer = await fetch(`${url}/v5/market/tickers?category=linear&symbol=ETHUSDT`)
    const { result } = (await answer.json()) as { result: { list: { lastPrice: string }[] } }
    expect(Math.abs(Number(result.list[0]?.lastPrice) / 3000 - 1)).toBeLessThan(0.05)
    const statuses = []
    for (let i = 0; i < 3; i++) statuses.push((await fetch(`${url}/v5/market/time`)).status)
    expect(statuses).toEqual([200, 502, 200])
    child.kill('SIGTERM')
    const { code, stderr } = await finished
    expect(code).toBe(0)
    expect(stderr).toContain('bybit: html-page on /v5/market/time (time 1)')
  })

  test('for people it prints a table, the settings to trade on it, and how to end it', async () => {
    const { printed } = await exchange(['--venue', 'binance', '--faults', 'light'])
    expect(printed).toMatch(/binance\s+http:\/\/127\.0\.0\.1:\d+\s+ws:\/\/127\.0\.0\.1:\d+/)
    expect(printed).toContain('SYNTHETIC')
    expect(printed).toMatch(/\{"venues":\{"binance":\{"baseUrl":"http:\/\/127\.0\.0\.1:\d+"\}\}\}/)
    expect(printed).toContain('Faults:  10 in the schedule.')
    expect(printed).toContain('Ctrl-C')
  })

  test('refuses what it cannot start with exit 2 and prints nothing', async () => {
    const result = await kestrel(workFolder(), ['exchange', '--speed', '0', '--json'])
    expect([result.code, result.stdout, errorOf(result).code]).toEqual([2, '', 'TESTKIT_CLOCK_SPEED'])
  })

  test('a taken port is named', async () => {
    const { printed } = await exchange(['--venue', 'bybit', '--json'])
    const port = new URL((JSON.parse(printed) as ExchangeDocument).venues[0]?.url ?? '').port
    const result = await kestrel(workFolder(), ['exchange', '--venue', 'bybit', '--port', port, '--json'])
    expect([result.code, errorOf(result).code]).toEqual([2, 'TESTKIT_PORT'])
  })
})
