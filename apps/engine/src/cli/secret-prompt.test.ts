import { EventEmitter } from 'node:events'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { type SecretInput, secretPrompt } from './secret-prompt.ts'

/** A terminal on which keys are pressed. */
class FakeTerminal extends EventEmitter implements SecretInput {
  readonly isTTY = true
  readonly modes: boolean[] = []
  readonly shown: string[] = []

  setRawMode(mode: boolean): void {
    this.modes.push(mode)
  }

  resume(): void {}

  pause(): void {}

  write(text: string): void {
    this.shown.push(text)
  }

  press(...keys: readonly string[]): void {
    for (const key of keys) this.emit('data', Buffer.from(key))
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {}
}

test('what is typed is never shown; the key that deletes deletes', async () => {
  const terminal = new FakeTerminal()
  const answer = secretPrompt(terminal, terminal, true).ask('Secret: ')
  terminal.press('s', 'e', 'x', '\u007F', 'cret', '\r')
  expect(await answer).toBe('secret')
  expect(terminal.shown).toEqual(['Secret: ', '\n'])
  expect(terminal.modes).toEqual([true, false])
  expect(terminal.listenerCount('data')).toBe(0)
})

test('Ctrl-C ends it and gives the terminal back', async () => {
  const terminal = new FakeTerminal()
  const answer = secretPrompt(terminal, terminal, true).ask('Secret: ')
  terminal.press('half', '\u0003')
  await expect(answer).rejects.toMatchObject({ code: 'INTERRUPTED' })
  expect(terminal.modes).toEqual([true, false])
})

test('without a terminal secrets come line by line', async () => {
  const prompt = secretPrompt(
    Readable.from([Buffer.from('key\r\nsec'), Buffer.from('ret\n')]),
    new FakeTerminal(),
    true,
  )
  expect(prompt.isInteractive).toBe(false)
  expect(await prompt.lines()).toEqual(['key', 'secret'])
})

test('nobody is asked with --no-input, and a terminal is not read in silence', async () => {
  const terminal = new FakeTerminal()
  const prompt = secretPrompt(terminal, terminal, false)
  expect(prompt.isInteractive).toBe(false)
  await expect(prompt.lines()).rejects.toMatchObject({ code: 'NO_INPUT' })
})
