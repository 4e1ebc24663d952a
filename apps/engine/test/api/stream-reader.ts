import { request } from 'node:http'
import type { Anything, RunningApi } from './running-api.ts'

interface StreamedEvent {
  readonly id: string | undefined
  readonly event: string | undefined
  readonly data: Anything
}

export interface StreamReader {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Waits until `count` events with data have come in all. */
  events(count: number): Promise<readonly StreamedEvent[]>
  readonly ended: Promise<void>
  close(): void
}

/** Reads server-sent events as the specification says, `retry` and ids without data aside. */
export async function readStream(
  { server }: Pick<RunningApi, 'server'>,
  path = '/api/v1/stream',
  headers: Readonly<Record<string, string>> = {},
): Promise<StreamReader> {
  const { promise, resolve, reject } = Promise.withResolvers<StreamReader>()
  const outgoing = request({ host: '127.0.0.1', port: server.port, path, headers, agent: false }, (incoming) => {
    const found: StreamedEvent[] = []
    let wake = Promise.withResolvers<void>()
    let pending = ''
    incoming.setEncoding('utf8').on('data', (part: string) => {
      pending += part
      const blocks = pending.split('\n\n')
      pending = blocks.pop() ?? ''
      for (const block of blocks) {
        const event = parseBlock(block)
        if (event !== undefined) found.push(event)
      }
      wake.resolve()
      wake = Promise.withResolvers<void>()
    })
    const end = Promise.withResolvers<void>()
    incoming.on('close', () => end.resolve())
    incoming.on('error', () => end.resolve())
    resolve({
      status: incoming.statusCode ?? 0,
      headers: incoming.headers,
      async events(count) {
        while (found.length < count) await wake.promise
        return found
      },
      ended: end.promise,
      close: () => void outgoing.destroy(),
    })
  })
  outgoing.on('error', reject)
  outgoing.end()
  return await promise
}

function parseBlock(block: string): StreamedEvent | undefined {
  const field = (name: string): string | undefined =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2)
  const data = field('data')
  return data === undefined ? undefined : { id: field('id'), event: field('event'), data: JSON.parse(data) as unknown }
}
