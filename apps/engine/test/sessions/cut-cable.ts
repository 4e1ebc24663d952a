/** A cable to a venue that a test can cut. */
import { createServer, connect, type Server, type Socket } from 'node:net'

export class CutCable implements AsyncDisposable {
  readonly url: string
  readonly #server: Server
  readonly #sockets: Set<Socket>
  readonly #isCut: { now: boolean }

  private constructor(url: string, server: Server, sockets: Set<Socket>, isCut: { now: boolean }) {
    this.url = url
    this.#server = server
    this.#sockets = sockets
    this.#isCut = isCut
  }

  /** @param url - Address of the venue. */
  static async open(url: string): Promise<CutCable> {
    const port = Number(new URL(url).port)
    const sockets = new Set<Socket>()
    const isCut = { now: false }
    const server = createServer((near) => {
      if (isCut.now) {
        near.destroy()
        return
      }
      const far = connect(port, '127.0.0.1')
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(one)
        one.on('error', () => undefined)
        one.on('close', () => {
          sockets.delete(one)
          other.destroy()
        })
        one.pipe(other)
      }
    })
    const listening = Promise.withResolvers<void>()
    server.listen(0, '127.0.0.1', () => listening.resolve())
    await listening.promise
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    return new CutCable(`http://127.0.0.1:${address.port}`, server, sockets, isCut)
  }

  /** Nothing goes through any more, as far as both ends can tell. */
  cut(): void {
    this.#isCut.now = true
    for (const socket of this.#sockets) socket.destroy()
  }

  mend(): void {
    this.#isCut.now = false
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut()
    const closed = Promise.withResolvers<void>()
    this.#server.close(() => closed.resolve())
    await closed.promise
  }
}
