import { expect, test } from 'vitest'
import { countLines, firstComment } from './file-length.ts'

test.each([
  ['', 0],
  ['a', 1],
  ['a\n', 1],
  ['a\nb', 2],
  ['a\n\n', 2],
])('%j has %i lines, as an editor counts', (text, lines) => {
  expect(countLines(text)).toBe(lines)
})

test('the first comment is the first block or run of lines, not a later one', () => {
  expect(firstComment("import 'a'\n// one\n// two\ncode\n// three\n")).toBe('// one\n// two\n')
  expect(firstComment('/** block\n * more */\n// line\n')).toBe('/** block\n * more */')
  expect(firstComment("const url = 'https://x'\n")).toBe('')
})
