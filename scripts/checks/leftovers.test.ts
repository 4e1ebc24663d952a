import { expect, test } from 'vitest'
import { leftoverFindings } from './leftovers.ts'

test.each([
  ['a path of one machine', "const lake = '/work/lake'", "read('/home/ada/x')", 'cd /Users/ada/src'],
  ['a merge conflict', '<<<<<<< HEAD', '>>>>>>> other'],
  ['an unfinished mark', '// TODO: later', '// FIXME'],
  ['a focused test', "test.only('x', () => {})"],
  ['a private key', '-----BEGIN EC PRIVATE KEY-----'],
])('finds %s', (what, ...lines) => {
  for (const line of lines)
    expect(leftoverFindings('a.ts', `ok\n${line}\n`)).toEqual([expect.stringContaining(`a.ts:2 has ${what}`)])
})

test('leaves words, addresses and relative paths alone', () => {
  const text =
    'docs/work/a.md\nhttps://example.org/work/a\nnetwork/socket\n/workspace/a\na todo list\n=======\nimport "./root/x.ts"'
  expect(leftoverFindings('a.md', text)).toEqual([])
})
