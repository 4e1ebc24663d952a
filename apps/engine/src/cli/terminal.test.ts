import { expect, test } from 'vitest'
import { describeTerminal } from './terminal.ts'

const TTY = { isTTY: true, columns: 120 }

test('a terminal has colours and a line that is redrawn', () => {
  expect(describeTerminal(TTY, TTY, {}, true)).toEqual({
    colorStdout: true,
    colorStderr: true,
    redraw: true,
    width: 120,
  })
})

test.each([
  ['NO_COLOR', { NO_COLOR: '1' }, true],
  ['CI', { CI: 'true' }, false],
  ['a dumb terminal', { TERM: 'dumb' }, false],
])('%s takes the colours away', (_, env, redraw) => {
  expect(describeTerminal(TTY, TTY, env, true)).toMatchObject({ colorStdout: false, colorStderr: false, redraw })
})

test('so do --no-color and a pipe, each stream on its own', () => {
  expect(describeTerminal(TTY, TTY, {}, false)).toMatchObject({ colorStdout: false, colorStderr: false })
  expect(describeTerminal({}, TTY, {}, true)).toMatchObject({ colorStdout: false, colorStderr: true, redraw: true })
  expect(describeTerminal({}, {}, {}, true)).toMatchObject({ colorStderr: false, redraw: false, width: 80 })
})
