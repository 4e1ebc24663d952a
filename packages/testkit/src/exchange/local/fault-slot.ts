import type { ExchangePort } from '../core/exchange-port.ts'
import { FaultPlayer, type StruckFault } from '../faults/fault-player.ts'
import type { FaultSchedule } from '../faults/fault-schedule.ts'
import type { Vocabulary } from '../faults/vocabulary.ts'
import type { ExchangeAnswer, ExchangeRequest } from '../front/dialect.ts'
import type { Delivery, Interference, StreamInterference, StreamLine } from '../front/interference.ts'

/** Holds the faults of one venue, so that they can begin and end while it runs. */
export class FaultSlot implements Interference {
  readonly #vocabulary: Vocabulary
  readonly #exchange: ExchangePort
  readonly #onStrike: (struck: StruckFault) => void
  #player: FaultPlayer | undefined

  constructor(vocabulary: Vocabulary, exchange: ExchangePort, onStrike: (struck: StruckFault) => void) {
    this.#vocabulary = vocabulary
    this.#exchange = exchange
    this.#onStrike = onStrike
  }

  /** Plays a schedule from its beginning, in place of what played before; without one nothing goes wrong any more. */
  play(schedule: FaultSchedule | undefined): FaultPlayer | undefined {
    this.#player =
      schedule === undefined
        ? undefined
        : new FaultPlayer({
            schedule,
            vocabulary: this.#vocabulary,
            exchange: this.#exchange,
            onStrike: this.#onStrike,
          })
    return this.#player
  }

  request(
    request: ExchangeRequest,
    handle: (request: ExchangeRequest) => ExchangeAnswer,
  ): { readonly delivery: Delivery; readonly faults: readonly string[] } {
    return (
      this.#player?.request(request, handle) ?? { delivery: { kind: 'answer', answer: handle(request) }, faults: [] }
    )
  }

  /** Asks who plays now at every message, so that a schedule also strikes streams that were open before it. */
  stream(path: string, line: StreamLine): StreamInterference | 'refuse' | undefined {
    let player = this.#player
    const first = player?.stream(path, line)
    if (first === 'refuse') return 'refuse'
    let faults = first
    const present = (): StreamInterference | undefined => {
      if (player === this.#player) return faults
      faults?.close()
      player = this.#player
      faults = player?.join(path, line)
      return faults
    }
    return {
      outgoing(text, pass) {
        const now = present()
        if (now === undefined) pass(text)
        else now.outgoing(text, pass)
      },
      incoming: (text) => present()?.incoming(text) ?? true,
      close: () => faults?.close(),
    }
  }
}
