import { existsSync, rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { kestrel, workFolder } from '../kestrel-process.ts'

interface Report {
  readonly mode: string
  readonly trades: { readonly session: number; readonly unexplained: number }
}

test.skipIf(process.env['KESTREL_VERIFY'] !== '1')(
  'kestrel demo --live shows three faults, and every trade is matched or attributed (KESTREL_VERIFY=1)',
  async () => {
    const folder = workFolder()
    const { code, stdout, stderr } = await kestrel(folder, ['demo', '--live', '--json'])
    expect([code, stderr.match(/FAULT /g)?.length]).toEqual([0, 3])
    const document = JSON.parse(stdout) as { readonly reports: readonly Report[]; readonly paths: readonly string[] }
    expect(document).toMatchObject({ command: 'demo', synthetic: true })
    expect(document.reports.map(({ mode }) => mode).sort()).toEqual(['live', 'paper'])
    for (const { trades } of document.reports) {
      expect(trades.session).toBeGreaterThan(2)
      expect(trades.unexplained).toBe(0)
    }
    expect(document.paths.every(existsSync)).toBe(true)
    rmSync(folder, { recursive: true, force: true })
  },
)
