import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { tableText } from '../cli/output/table.ts'
import { readDescriptor, sessionFolder } from '../session/session-descriptor.ts'
import { readStatus } from '../session/session-status.ts'

/** Open orders of a session, as it last said. */
export function orders(context: CommandContext, [id = '']: readonly string[]): CommandResult {
  readDescriptor(context, id)
  const rows = readStatus(sessionFolder(context, id).status)?.openOrders ?? []
  const text =
    rows.length === 0
      ? `${id} has no open order.`
      : tableText(
          [
            { title: 'order' },
            { title: 'instrument' },
            { title: 'side' },
            { title: 'type' },
            { title: 'quantity' },
            { title: 'filled' },
            { title: 'limit' },
            { title: 'trigger' },
            { title: 'state' },
          ],
          rows.map((row) => [
            String(row.orderId),
            row.instrument,
            row.side,
            row.type,
            String(row.quantity),
            String(row.filledQuantity),
            String(row.limitPrice ?? ''),
            String(row.triggerPrice ?? ''),
            row.state,
          ]),
        )
  return { document: { id, orders: rows }, rows, text }
}

/** Positions of a session by strategy, as it last said. */
export function positions(context: CommandContext, [id = '']: readonly string[]): CommandResult {
  readDescriptor(context, id)
  const status = readStatus(sessionFolder(context, id).status)
  const bareOf = (row: { readonly strategy: string; readonly instrument: string }): number =>
    (status?.bare ?? [])
      .filter(({ strategy, instrument }) => strategy === row.strategy && instrument === row.instrument)
      .reduce((sum, { quantity }) => sum + quantity, 0)
  const rows = (status?.positions ?? []).map((row) => ({ ...row, bare: bareOf(row) }))
  const text =
    rows.length === 0
      ? `${id} holds nothing.`
      : tableText(
          [
            { title: 'instrument' },
            { title: 'strategy' },
            { title: 'quantity' },
            { title: 'entry' },
            { title: 'mark' },
            { title: 'unrealised' },
            { title: 'bare' },
          ],
          rows.map((row) => [
            row.instrument,
            row.strategy,
            String(row.quantity),
            String(row.entryPrice),
            String(row.mark),
            row.unrealised.toFixed(2),
            row.bare === 0 ? '' : String(row.bare),
          ]),
        )
  return { document: { id, positions: rows }, rows, text }
}
