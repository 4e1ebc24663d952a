import { connect } from 'node:net'
import { KestrelError } from '@kestrel/core'
import { openLake } from '@kestrel/data'
import { countText } from '../cli/output/numbers.ts'
import { type Diagnosis, off, ok, problem, warning } from './diagnosis.ts'

const REDIS_PORT = 6379
const REDIS_WAIT_MS = 1_500

export async function lakeState(dataDir: string): Promise<Diagnosis> {
  try {
    const { datasets, broken } = await openLake(dataDir).list()
    const rows = datasets.reduce((sum, each) => sum + each.rows, 0)
    const detail = `${countText(datasets.length, 'dataset')}, ${countText(rows, 'row')} in ${dataDir}`
    const [first] = broken
    if (first !== undefined)
      return problem('lake', `${broken.length} datasets cannot be read: ${first.message}`, 'kestrel data verify')
    if (datasets.length === 0)
      return off('lake', `${dataDir} is empty`, 'kestrel data import FILE --instrument BTC-USDT.BINANCE')
    return ok('lake', detail)
  } catch (error) {
    if (!KestrelError.isInstance(error)) throw error
    return problem('lake', error.message, error.hint ?? 'kestrel data verify')
  }
}

/** Whether the Redis that REDIS_URL names answers. Nothing of this version needs one. */
export async function redisState(url: string | undefined): Promise<Diagnosis> {
  if (url === undefined || url === '') return off('redis', 'REDIS_URL is not set; nothing here needs Redis', null)
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch {
    return problem('redis', 'REDIS_URL is not an address', 'Set it like redis://localhost:6379')
  }
  // The address may carry a password: only host and port are ever shown.
  const port = parsed.port === '' ? REDIS_PORT : Number(parsed.port)
  const place = `${parsed.hostname}:${port}`
  const answer = await pingRedis(parsed.hostname, port)
  if (answer === undefined) {
    return warning(
      'redis',
      `${place} does not answer`,
      'Start Redis there or unset REDIS_URL; without it everything runs in this process.',
    )
  }
  // NOAUTH is an answer too: the server is there.
  return ok('redis', `${place} answers`)
}

/** First line of the answer to PING; undefined without one in time. */
async function pingRedis(host: string, port: number): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  const socket = connect({ host, port })
  socket.setTimeout(REDIS_WAIT_MS, () => resolve(undefined))
  socket.on('connect', () => socket.write('PING\r\n'))
  socket.on('data', (bytes) => resolve(bytes.toString('latin1').split('\r\n')[0]))
  socket.on('error', () => resolve(undefined))
  try {
    return await promise
  } finally {
    socket.destroy()
  }
}
