import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ended, errorOf } from '../kestrel-process.ts'
import { SessionWorld } from './session-world.ts'

let world: SessionWorld
beforeAll(async () => {
  world = await SessionWorld.open()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const refusal = (result: Ended): unknown[] => [result.code, result.stdout, errorOf(result).code]

test('the lots of a session that runs, and what its venue says of the same fills', async () => {
  const key = world.account()
  const buyer = world.strategy('buyer', 'if (n === 1) target(instrument, 0.05)')
  world.settings({}, world.exchange.venue('binance').url)
  const words = `--live --key ${key} --id lots --instrument BTC-USDT.BINANCE --timeframe 1m --size-mode units --cash 5000`
  const session = world.start('live', buyer, ...words.split(' '))
  await world.follows(session, 'lots')
  world.toMinuteEnd()
  await expect.poll(() => world.status('lots').fills, { timeout: 20_000 }).toBe(1)
  const report = await world.json('accounting', 'lots', '--csv', 'gains.csv', '--lots', 'open.csv')
  expect(report).toMatchObject({ id: 'lots', method: 'fifo', fills: 1, closed: 0, totals: [] })
  expect(report['open']).toMatchObject([{ instrument: 'BTC-USDT.BINANCE', direction: 'long', currency: 'USDT' }])
  expect(readFileSync(join(world.folder, 'gains.csv'), 'utf8')).toMatch(/^instrument,direction,quantity,.*\n$/)
  const [, lot = ''] = readFileSync(join(world.folder, 'open.csv'), 'utf8').split('\n')
  const [, , arrived = '', opened = '', , , , fillId = ''] = lot.split(',')
  const fee = (0.05 - Number(arrived)).toFixed(8)

  const again = await world.run('accounting', 'lots', '--csv', 'gains.csv', '--no-input', '--json')
  expect(refusal(again)).toEqual([2, '', 'OUTPUT_EXISTS'])
  const columns = 'fillId=id,instrument=symbol,side=side,quantity=qty,price=price,fee=fee,feeCurrency=asset,time=time'
  const compared = async (price: string): Promise<Ended> => {
    writeFileSync(
      join(world.folder, 'trades.csv'),
      `id,symbol,side,qty,price,fee,asset,time\n${fillId},BTC/USDT,BUY,0.05,${price},${fee},BTC,${opened}\n`,
    )
    return world.run('accounting', 'lots', '--statement', 'trades.csv', '--columns', columns, '--json')
  }
  const same = await compared('60000')
  expect([same.code, same.stderr]).toEqual([0, ''])
  expect(JSON.parse(same.stdout)).toMatchObject({ statement: { isEqual: true, matched: 1, differences: [] } })
  const other = await compared('60001')
  expect(refusal(other)).toEqual([4, '', 'ACCOUNTING_DIFFERS'])
  expect(errorOf(other).meta).toMatchObject({
    statement: { differences: [{ field: 'price', ours: '60000', theirs: '60001' }] },
  })

  const bad = await world.run('accounting', 'lots', '--statement', 'trades.csv', '--columns', 'side=side', '--json')
  expect(refusal(bad)).toEqual([2, '', 'ACCOUNTING_COLUMNS'])
  const gone = await world.run('accounting', 'lots', '--statement', 'none.csv', '--csv', 'new.csv', '--json')
  expect(refusal(gone)).toEqual([2, '', 'ACCOUNTING_STATEMENT'])
  expect(existsSync(join(world.folder, 'new.csv'))).toBe(false)
  session.child.kill('SIGKILL')
  await session.finished
}, 90_000)
