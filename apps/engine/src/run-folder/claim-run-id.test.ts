import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { claimRunId } from './claim-run-id.ts'
import { removeUnfinished } from './write-run-folder.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'claims-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const WANTED = '20260101T000000-sma-cross-abcdef'
/** Above what Linux, macOS and Windows number processes with. */
const NOBODY = 2 ** 30

describe('the name of a run', () => {
  test('is given once, to runs that start in the same second too', async () => {
    const claims = await Promise.all(Array.from({ length: 5 }, () => claimRunId(folder, WANTED)))
    const names = [WANTED, ...[2, 3, 4, 5].map((n) => `${WANTED}-${n}`)]
    expect(claims.map(({ id }) => id).toSorted()).toEqual(names.toSorted())
    for (const claim of claims) await claim[Symbol.asyncDispose]()
    expect(readdirSync(folder)).toEqual([])
  })

  test('is another one where a run of that name stands', async () => {
    mkdirSync(join(folder, WANTED))
    await using claim = await claimRunId(folder, WANTED)
    expect(claim.id).toBe(`${WANTED}-2`)
  })

  test('is free again when the process that claimed it is gone, or a run of ours was cut off', async () => {
    writeFileSync(join(folder, `.claim-${WANTED}`), String(NOBODY))
    const claim = await claimRunId(folder, WANTED)
    expect(claim.id).toBe(WANTED)
    await removeUnfinished(folder, false)
    expect(readdirSync(folder)).toEqual([`.claim-${WANTED}`])
    await removeUnfinished(folder, true)
    expect(readdirSync(folder)).toEqual([])
  })
})
