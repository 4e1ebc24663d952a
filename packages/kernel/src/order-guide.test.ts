import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { orderDiagram } from '../test/order-diagram.ts'
import { ORDER_STATES } from './order-state.ts'

const GUIDE = readFileSync(join(import.meta.dirname, '../../../docs/orders.md'), 'utf8')

describe('docs/orders.md', () => {
  test('draws the state machine that the kernel has', () => {
    const drawn = /```mermaid[\s\S]*?```/.exec(GUIDE)?.[0]
    expect(drawn, 'replace the diagram in docs/orders.md with what orderDiagram() gives').toBe(orderDiagram())
  })

  test.each(ORDER_STATES)('says what it means to be %s', (state) => {
    expect(GUIDE).toMatch(new RegExp(`^\\| \`${state}\` \\|`, 'm'))
  })

  test.each(['market', 'limit', 'stop-market', 'stop-limit', 'take-profit', 'take-profit-limit', 'trailing-stop'])(
    'has the rule of %s',
    (type) => {
      expect(GUIDE).toMatch(new RegExp(`^\\| \`${type}\` \\|`, 'm'))
    },
  )
})
