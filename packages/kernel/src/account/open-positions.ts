import { type Instrument, stepsToNumber } from '@kestrel/core'
import type { OpenPosition } from '../kernel-config.ts'
import type { Ledger } from '../ledger.ts'

/** What each strategy holds, by strategy, instrument and leg. */
export function openPositions(
  ledger: Ledger,
  instruments: readonly Instrument[],
  strategies: readonly string[],
): OpenPosition[] {
  const n = instruments.length
  const slots = Array.from(ledger.lots.keys()).filter((slot) => ledger.lots[slot] !== 0)
  return slots.map((slot) => {
    const instrumentIndex = (slot % ledger.placeCount) % n
    const { id, lot } = instruments[instrumentIndex] as Instrument
    return {
      instrumentId: id,
      strategy: strategies[Math.floor(slot / ledger.placeCount)] ?? '',
      quantity: stepsToNumber(ledger.lots[slot] as number, lot),
      entryPrice: ledger.entryPrice[slot] as number,
      mark: ledger.mark[instrumentIndex] as number,
      unrealised: ledger.unrealised(slot),
    }
  })
}
