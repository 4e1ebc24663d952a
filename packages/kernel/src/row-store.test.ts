import { expect, test } from 'vitest'
import { TextTable } from './row-store.ts'

test('texts of one length keep their own numbers, whatever was asked for last', () => {
  const table = new TextTable()
  const texts = ['', 'one', 'two', 'one', 'six', 'a text of nineteen!', 'two', '', 'one']
  const ids = texts.map((text) => table.idOf(text))
  expect(ids).toEqual([0, 1, 2, 1, 3, 4, 2, 0, 1])
  expect(ids.map((id) => table.textOf(id))).toEqual(texts)
  expect(table.texts).toEqual(['', 'one', 'two', 'six', 'a text of nineteen!'])
})
