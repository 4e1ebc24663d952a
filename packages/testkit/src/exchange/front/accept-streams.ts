import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { splitAddress } from './answer-http.ts'
import type { StreamSession } from './dialect.ts'
import { routeTo } from './route-mounts.ts'
import type { ServerState } from './server-state.ts'
import { StreamConnection } from './stream-connection.ts'

/** Takes the upgrades of a server to websockets. */
export class StreamDoor {
  readonly #state: ServerState
  readonly #connections = new Set<StreamConnection>()
  readonly #library: WebSocketServer

  constructor(state: ServerState) {
    this.#state = state
    this.#library = new WebSocketServer({ noServer: true, maxPayload: state.maxBodyBytes, perMessageDeflate: false })
  }

  accept(message: IncomingMessage, socket: Duplex, head: Buffer): void {
    // A client that goes away during the handshake is no error of ours.
    socket.on('error', () => undefined)
    const [path, rawQuery] = splitAddress(message.url ?? '/')
    const receivedMs = this.#state.clock.nowMs()
    const asked = { receivedMs, via: 'stream-open', method: 'GET', path, query: rawQuery, body: '' } as const
    const settle = this.#state.log.add(asked)
    const connection = new StreamConnection(this.#state, path)
    const interference = this.#state.faults?.stream(path, connection)
    if (interference === 'refuse') {
      settle({ faults: ['refused'] })
      socket.destroy()
      return
    }
    const session = this.#open(connection, path, rawQuery)
    if (session === undefined) {
      settle({ status: 404 })
      interference?.close()
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      return
    }
    let isOpen = false
    this.#library.handleUpgrade(message, socket, head, (webSocket) => {
      isOpen = true
      this.#connections.add(connection)
      webSocket.on('close', () => this.#connections.delete(connection))
      connection.attach(webSocket, session, interference)
    })
    settle({ status: isOpen ? 101 : 400 })
    // The library refused the handshake, and answered.
    if (!isOpen) {
      interference?.close()
      session.close()
    }
  }

  pingAll(): void {
    for (const connection of this.#connections) connection.ping()
  }

  close(): void {
    for (const connection of this.#connections) connection.hangUp()
    this.#library.close()
  }

  #open(connection: StreamConnection, path: string, rawQuery: string): StreamSession | undefined {
    const route = routeTo(this.#state.mounts, path)
    try {
      return route?.dialect.openStream(route.path, new URLSearchParams(rawQuery), connection.send, connection.end)
    } catch (error) {
      this.#state.fail(error)
      return undefined
    }
  }
}
