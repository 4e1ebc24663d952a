import { expect, test } from 'vitest'
import { ProgressLine } from './progress-line.ts'

const PHASE = { name: 'run', total: 1000, unit: 'bars', watched: true }

function lineAt(options: { redraw: boolean; quiet?: boolean }) {
  const written: string[] = []
  const clock = { ms: 0 }
  const line = new ProgressLine(
    { write: (text) => written.push(text) },
    { redraw: options.redraw, quiet: options.quiet ?? false, nowMs: () => clock.ms },
  )
  return { line, written, clock }
}

test('on a terminal one line is redrawn at most ten times a second, then taken away', () => {
  const { line, written, clock } = lineAt({ redraw: true })
  for (let ms = 0; ms < 1000; ms += 10) {
    clock.ms = ms
    line.update(PHASE, ms)
  }
  expect(written.length).toBeLessThanOrEqual(10)
  expect(written.at(-1)).toMatch(/^\rrun {2}90 % {2}1,000 bars\/s {2}100 ms left/)
  line.clear()
  expect(written.at(-1)).toMatch(/^\r +\r$/)
})

test('elsewhere short work is silent and long work says every tenth once', () => {
  const { line, written, clock } = lineAt({ redraw: false })
  for (let done = 0; done <= 250; done++) {
    clock.ms = done * 10
    line.update(PHASE, done)
  }
  expect(written).toEqual([])
  for (let done = 251; done <= 1000; done++) {
    clock.ms = done * 20
    line.update(PHASE, done)
  }
  expect(written.map((text) => /(\d+) %/.exec(text)?.[1])).toEqual([
    '25',
    '30',
    '40',
    '50',
    '60',
    '70',
    '80',
    '90',
    '100',
  ])
})

test('a quiet one says nothing', () => {
  const { line, written } = lineAt({ redraw: true, quiet: true })
  line.update(PHASE, 1)
  line.note('a note')
  line.clear()
  expect(written).toEqual([])
})
