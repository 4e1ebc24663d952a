import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { errorOf, kestrel, workFolder } from '../kestrel-process.ts'
import { startReceiver } from './local-receiver.ts'

test('kestrel notify test sends through every channel and says how each went', async () => {
  await using receiver = await startReceiver((index) => ({ status: index === 1 ? 403 : 200 }))
  const folder = workFolder()
  const channels = {
    good: { kind: 'webhook', url: 'env:GOOD_URL', severity: 'critical' },
    bad: { kind: 'slack', url: 'env:BAD_URL' },
  }
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ notify: { channels } }))
  const env = { GOOD_URL: `${receiver.url}/planted-good`, BAD_URL: `${receiver.url}/planted-bad` }
  const all = await kestrel(folder, ['notify', 'test', '-c', 'settings.json', '--json'], env)
  expect([all.code, all.stdout, errorOf(all).code]).toEqual([4, '', 'NOTIFY_FAILED'])
  expect(errorOf(all).meta).toMatchObject({
    channels: [
      { channel: 'good', kind: 'webhook', isSent: true },
      { channel: 'bad', kind: 'slack', isSent: false, detail: 'The channel bad answered 403.' },
    ],
  })
  const one = await kestrel(folder, ['notify', 'test', 'good', '-c', 'settings.json', '--json'], env)
  expect([one.code, JSON.parse(one.stdout)]).toMatchObject([0, { channels: [{ channel: 'good', isSent: true }] }])
  expect(receiver.received).toHaveLength(3)
  const unknown = await kestrel(folder, ['notify', 'test', 'none', '-c', 'settings.json', '--json'], env)
  expect([unknown.code, errorOf(unknown).code]).toEqual([2, 'NOTIFY_CHANNEL'])
  for (const { stdout, stderr } of [all, one, unknown]) expect(stdout + stderr).not.toContain('planted')
})
