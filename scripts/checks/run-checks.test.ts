import { expect, test } from 'vitest'
import { describeCheck } from './print-check.ts'
import { runChecks } from './run-checks.ts'

const passing = { name: 'good', about: '', run: () => Promise.resolve([]) }
const failing = { name: 'bad', about: 'it is bad', run: () => Promise.resolve(['one\nmore', 'two']) }
const throwing = { name: 'broken', about: 'it broke', run: () => Promise.reject(new Error('no such tool')) }

test('results keep the order of the checks, and a check that cannot run has failed', async () => {
  const seen: string[] = []
  const results = await runChecks('.', ({ name }) => seen.push(name), [throwing, passing, failing])
  expect(results.map(({ name, passed }) => [name, passed])).toEqual([
    ['broken', false],
    ['good', true],
    ['bad', false],
  ])
  expect(seen.toSorted()).toEqual(['bad', 'broken', 'good'])
  expect(results[0]?.findings[0]).toContain('no such tool')
})

test('a failed step says what it means and lists what it found, indented', () => {
  const result = { name: 'bad', about: 'it is bad', passed: false, elapsedMs: 1234, findings: ['one\nmore', 'two'] }
  expect(describeCheck(result)).toBe('FAIL  bad            1.2 s  (it is bad)\n      one\n      more\n      two')
})
