import type { Socket } from 'node:net'
import { SECURITY_HEADERS } from './security/security-headers.ts'

const BODY = JSON.stringify({
  error: {
    code: 'API_NO_HTTP',
    message: 'This is no HTTP request that can be read.',
    hint: null,
    retry: 'never',
    meta: {},
    requestId: '',
  },
})
const STATUS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

/** Answers what never became a request, in the form of all other errors, and hangs up. */
export function answerGarbage(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const headers = {
    ...SECURITY_HEADERS,
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(BODY.length),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const status = STATUS[error.code ?? ''] ?? '400 Bad Request'
  socket.end([`HTTP/1.1 ${status}`, ...lines, '', BODY].join('\r\n'))
}
