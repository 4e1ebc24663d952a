import { basename, resolve } from 'node:path'
import { convertFile } from '@kestrel/data'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { interruptSignal } from '../cli/interrupt-signal.ts'
import { bytesText, countText, decimalText } from '../cli/output/numbers.ts'
import type { DataConvertFlags } from '../commands/data.ts'
import { countsByKind } from '../lake-access/dataset-summary.ts'
import { mayReplace } from '../output-file/may-replace.ts'
import { existingFile, importOptions } from './data-import.ts'

/** Converts one file of market data into another format. */
export async function convertData(
  context: CommandContext,
  [file = '']: readonly string[],
  flags: DataConvertFlags,
): Promise<CommandResult> {
  const path = existingFile(resolve(context.cwd, file))
  const target = resolve(context.cwd, flags.output)
  await mayReplace(context, target, path)
  const phase = { name: `read ${basename(file)}`, total: 0, unit: 'bytes', watched: false }
  let sized = phase
  using interrupt = interruptSignal()
  try {
    const { key, ledger, note, ...report } = await convertFile(path, target, {
      ...importOptions(flags),
      format: flags.format,
      signal: interrupt.signal,
      onProgress({ bytesDone, bytesTotal }) {
        if (sized.total !== bytesTotal) sized = { ...phase, total: bytesTotal }
        context.progress.update(sized, bytesDone)
      },
    })
    context.progress.clear()
    if (note !== undefined) context.note(`${basename(file)}: ${note}.`)
    const found = countsByKind(ledger)
    const conversion = { ...key, ...report, found, note: note ?? null }
    const faults = Object.entries(found).map(([kind, count]) => `${decimalText(count)} ${kind}`)
    return {
      document: { conversion },
      rows: [conversion],
      text: `${countText(report.rows, 'row')}, ${bytesText(report.bytes)}, written to ${report.path}${faults.length === 0 ? '' : `. Found on the way: ${faults.join(', ')}`}`,
    }
  } finally {
    context.progress.clear()
  }
}
