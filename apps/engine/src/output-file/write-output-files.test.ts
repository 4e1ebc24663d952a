import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeNewFiles, writeOutputFile } from './write-output-files.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kestrel-output-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const full = (): never => {
  throw Object.assign(new Error('write'), { code: 'ENOSPC' })
}

test('a file is replaced as a whole', async () => {
  const path = join(folder, 'out.csv')
  writeFileSync(path, 'old')
  await writeOutputFile(path, (temporary) => writeFile(temporary, 'new'))
  expect(readFileSync(path, 'utf8')).toBe('new')
  expect(readdirSync(folder)).toEqual(['out.csv'])
})

test('what could not be written leaves the old file and nothing else', async () => {
  const path = join(folder, 'out.csv')
  writeFileSync(path, 'old')
  const writing = writeOutputFile(path, async (temporary) => {
    await writeFile(temporary, 'half')
    full()
  })
  await expect(writing).rejects.toMatchObject({ code: 'OUTPUT_FILE', message: expect.stringContaining('disk is full') })
  expect(readFileSync(path, 'utf8')).toBe('old')
  expect(readdirSync(folder)).toEqual(['out.csv'])
})

test('a folder that does not exist is named', async () => {
  const path = join(folder, 'none', 'out.csv')
  await expect(writeOutputFile(path, (temporary) => writeFile(temporary, 'x'))).rejects.toMatchObject({
    code: 'OUTPUT_FILE',
    message: expect.stringContaining('does not exist'),
  })
})

test('of new files all or none are there, and what was there before stays', async () => {
  mkdirSync(join(folder, 'kept'))
  writeFileSync(join(folder, 'kept', 'mine'), 'mine')
  // The second path wants a folder where the first put a file.
  const files = { 'kept/a': '1', 'new/deep/b': '2', 'kept/a/c': '3' }
  await expect(writeNewFiles(folder, files)).rejects.toMatchObject({ code: expect.any(String) })
  expect(readdirSync(join(folder, 'kept'))).toEqual(['mine'])
  expect(existsSync(join(folder, 'new'))).toBe(false)
  await expect(writeNewFiles(folder, { a: '1', 'kept/mine': '2' })).rejects.toMatchObject({ code: 'EEXIST' })
  expect(readdirSync(folder)).toEqual(['kept'])
  expect(readFileSync(join(folder, 'kept', 'mine'), 'utf8')).toBe('mine')
  await writeNewFiles(folder, { 'new/deep/b': '2' })
  expect(readFileSync(join(folder, 'new', 'deep', 'b'), 'utf8')).toBe('2')
})

test('a fault that is not of the file system stays what it is', async () => {
  const fault = new TypeError('ours')
  await expect(writeOutputFile(join(folder, 'x'), () => Promise.reject(fault))).rejects.toBe(fault)
})
