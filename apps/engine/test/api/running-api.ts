import { mkdtempSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock } from '@kestrel/core'
import type { ApiOptions } from '../../src/api/api-options.ts'
import { type ApiServer, startApi } from '../../src/api/api-server.ts'
import { writeAccess } from '../../src/api/auth/access-file.ts'
import { hashPassword } from '../../src/api/auth/password-hash.ts'
import { tokenHash } from '../../src/api/auth/secret-token.ts'
import { SessionRegistry } from './session-registry.ts'
import { createLogger } from '../../src/log/logger.ts'
import { Redactor } from '../../src/log/redactor.ts'
import { FakeSession, T0 } from './fake-session.ts'

export const OPERATOR_PASSWORD = 'correct horse battery staple'
const VIEWER_PASSWORD = 'a viewer may only look at it'
export const OPERATOR_TOKEN = `kst_${'o'.repeat(43)}`
export const VIEWER_TOKEN = `kst_${'v'.repeat(43)}`

export interface RunningApi extends AsyncDisposable {
  readonly server: ApiServer
  readonly registry: SessionRegistry
  readonly session: FakeSession
  readonly clock: ManualClock
  readonly redactor: Redactor
  readonly folder: string
  /** Lines that were logged. */
  readonly log: string[]
}

/** Made once for all tests of a file: a hash takes half a second. */
let hashes: Promise<[string, string]> | undefined

/** Two users and two tokens, an operator and a viewer each. */
async function writeTestAccess(path: string): Promise<void> {
  hashes ??= Promise.all([hashPassword(OPERATOR_PASSWORD), hashPassword(VIEWER_PASSWORD)])
  const [operator, viewer] = await hashes
  await writeAccess(path, {
    version: 1,
    users: [
      { name: 'olga', role: 'operator', password: operator },
      { name: 'vera', role: 'viewer', password: viewer },
    ],
    tokens: [
      { name: 'script', role: 'operator', sha256: tokenHash(OPERATOR_TOKEN) },
      { name: 'grafana', role: 'viewer', sha256: tokenHash(VIEWER_TOKEN) },
    ],
  })
}

/** An API on a free port with one session; closed by `await using`. */
export async function runApi(
  changes: Partial<ApiOptions> & { readonly guarded?: boolean; readonly folder?: string } = {},
): Promise<RunningApi> {
  const folder = changes.folder ?? mkdtempSync(join(tmpdir(), 'kestrel-api-'))
  const { guarded, folder: _, ...options } = changes
  const accessFile = join(folder, 'access.json')
  if (guarded === true) await writeTestAccess(accessFile)
  const registry = new SessionRegistry()
  const session = new FakeSession()
  registry.add(session)
  const clock = new ManualClock(T0)
  const redactor = new Redactor()
  const log: string[] = []
  const server = await startApi({
    directory: registry,
    clock,
    logger: createLogger({ write: (line) => log.push(line), clock, redactor, level: 'debug' }),
    redactor,
    host: '127.0.0.1',
    port: 0,
    accessFile,
    answersFile: join(folder, 'api.sqlite'),
    allowedHosts: [],
    publicOrigin: undefined,
    requestsPerMinute: 100_000,
    ...options,
  })
  const close = async (): Promise<void> => await server.close()
  return { server, registry, session, clock, redactor, folder, log, [Symbol.asyncDispose]: close }
}

/** Tests look into answers of many shapes. */
// oxlint-disable-next-line typescript/no-explicit-any -- what is missing fails the expectation on it
export type Anything = any

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  readonly json: Anything
}

export interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** Sent as it is, in place of `body`. */
  readonly raw?: string | Buffer
}

/** One request. By `node:http` and not `fetch`, which forbids to forge Host and Origin. */
export async function ask({ server }: Pick<RunningApi, 'server'>, path: string, asked: Asked = {}): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const payload = asked.raw ?? (asked.body === undefined ? undefined : JSON.stringify(asked.body))
  const outgoing = request(
    {
      host: '127.0.0.1',
      port: server.port,
      path,
      method: asked.method ?? (payload === undefined ? 'GET' : 'POST'),
      agent: false,
      headers: {
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...asked.headers,
      },
    },
    (incoming) => {
      let text = ''
      incoming.setEncoding('utf8').on('data', (part: string) => (text += part))
      incoming.on('end', () => {
        const isJson = incoming.headers['content-type']?.includes('json') === true
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          text,
          json: isJson ? (JSON.parse(text) as unknown) : undefined,
        })
      })
      incoming.on('error', reject)
    },
  )
  outgoing.on('error', reject)
  outgoing.end(payload)
  return await promise
}

/** Header of a script's token. */
export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` }
}
