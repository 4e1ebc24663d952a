import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UsageError } from '@kestrel/core'
import { expect, test } from 'vitest'
import { marginTables } from './margin-tables.ts'

test('a file of margin tiers that cannot be read is a matter of usage, said in plain words', () => {
  const missing = (): unknown => marginTables([], join(tmpdir(), 'no-such-folder', 'tiers.json'))
  expect(missing).toThrow(UsageError)
  expect(missing).toThrow('cannot be read: there is no such file. Nothing was run.')
})

test('without a file the shipped tables count', () => {
  expect(marginTables([], undefined)).toEqual({})
})
