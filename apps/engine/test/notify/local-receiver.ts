import { createServer, type IncomingHttpHeaders } from 'node:http'
import { createServer as createSocketServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'

interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Receiver extends AsyncDisposable {
  readonly url: string
  readonly received: Received[]
  /** Resolves when so many requests have come in all. */
  count(wanted: number): Promise<void>
}

/** An HTTP server that keeps what it is sent. `answer` gives the status of the n-th request, 0 to stay silent. */
export async function startReceiver(
  answer: (index: number) => { readonly status: number; readonly headers?: Readonly<Record<string, string>> } = () => ({
    status: 200,
  }),
): Promise<Receiver> {
  const received: Received[] = []
  let wake = Promise.withResolvers<void>()
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (part: string) => (body += part))
    request.on('end', () => {
      const { status, headers = {} } = answer(received.length)
      received.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body })
      wake.resolve()
      wake = Promise.withResolvers<void>()
      if (status !== 0) response.writeHead(status, { connection: 'close', ...headers }).end()
    })
  })
  const listening = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', () => listening.resolve())
  await listening.promise
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async count(wanted) {
      while (received.length < wanted) await wake.promise
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      const closed = Promise.withResolvers<void>()
      server.close(() => closed.resolve())
      await closed.promise
    },
  }
}

export interface MailServer extends AsyncDisposable {
  readonly port: number
  /** Lines that clients sent, the message included. */
  readonly lines: string[]
}

/** As much of SMTP (RFC 5321) as a mailer needs. `refuse` answers a command with another line. */
export async function startMailServer(
  refuse: (line: string) => string | undefined = () => undefined,
): Promise<MailServer> {
  const lines: string[] = []
  const sockets = new Set<Socket>()
  const server = createSocketServer((socket) => {
    sockets.add(socket)
    let isData = false
    let pending = ''
    socket.on('error', () => undefined)
    socket.write('220 local ESMTP\r\n')
    socket.setEncoding('utf8').on('data', (part: string) => {
      pending += part
      const complete = pending.split('\r\n')
      pending = complete.pop() ?? ''
      for (const line of complete) {
        lines.push(line)
        if (isData && line !== '.') continue
        const wasData = isData
        isData = line === 'DATA'
        socket.write(`${refuse(line) ?? smtpAnswer(line, wasData)}\r\n`)
        if (line === 'QUIT') socket.end()
      }
    })
  })
  const listening = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', () => listening.resolve())
  await listening.promise
  return {
    port: (server.address() as AddressInfo).port,
    lines,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      const closed = Promise.withResolvers<void>()
      server.close(() => closed.resolve())
      await closed.promise
    },
  }
}

function smtpAnswer(line: string, isEndOfData: boolean): string {
  if (isEndOfData) return '250 taken'
  if (line.startsWith('EHLO')) return '250-local\r\n250 AUTH PLAIN LOGIN'
  if (line.startsWith('AUTH PLAIN')) return '235 welcome'
  if (line === 'DATA') return '354 go on'
  if (line === 'QUIT') return '221 bye'
  return '250 ok'
}
