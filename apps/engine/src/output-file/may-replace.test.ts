import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mayReplace } from './may-replace.ts'

let folder: string
const context = (yes = false) => ({ common: { color: false, input: true, yes } })
const at = (name: string): string => join(folder, name)
const yes = (): Promise<boolean> => Promise.resolve(true)
const no = (): Promise<boolean> => Promise.resolve(false)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'may-replace-'))
  writeFileSync(at('there.csv'), 'a')
  symlinkSync(at('there.csv'), at('link.csv'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('an output file', () => {
  test('that is new may be written', async () => {
    await expect(mayReplace(context(), at('new.csv'), at('there.csv'), no)).resolves.toBeUndefined()
  })

  test('that is there is replaced with --yes or by one who says yes, and by nobody else', async () => {
    await expect(mayReplace(context(true), at('there.csv'))).resolves.toBeUndefined()
    await expect(mayReplace(context(), at('there.csv'), undefined, yes)).resolves.toBeUndefined()
    for (const ask of [no, undefined]) {
      const asked = mayReplace({ common: { color: false, input: false } }, at('there.csv'), undefined, ask)
      await expect(asked).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' })
    }
  })

  test.each([['there.csv'], ['link.csv']])('that is the input is never written: %s', async (name) => {
    await expect(mayReplace(context(true), at(name), at('there.csv'), yes)).rejects.toMatchObject({
      code: 'OUTPUT_IS_INPUT',
    })
  })

  test('that is no file is for the file system to judge', async () => {
    await expect(mayReplace(context(), folder, undefined, no)).resolves.toBeUndefined()
  })
})
