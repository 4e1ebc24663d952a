import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { tableText } from '../cli/output/table.ts'
import { wrapText } from '../cli/output/wrap-text.ts'
import { describeInWorker } from '../strategy-loading/describe-in-worker.ts'
import type { ParameterDescription } from '../strategy-loading/describe-strategy.ts'

/** One strategy: what it does and its parameters. */
export async function showStrategy(context: CommandContext, references: readonly string[]): Promise<CommandResult> {
  const [description] = await describeInWorker(context, references)
  if (description === undefined) return { document: {}, text: '' }
  const { name, about, file, parameters, needs, rule, codeHash } = description
  const lines = [context.style.bold(name), ...wrapText(about, 80)]
  if (file !== null) lines.push(context.style.dim(file))
  lines.push('')
  if (parameters.length === 0) lines.push('It has no parameters.')
  else {
    lines.push(
      tableText(
        [
          { title: 'parameter' },
          { title: 'type' },
          { title: 'default', align: 'right' },
          { title: 'bounds' },
          { title: 'what it is' },
        ],
        parameters.map((each) => [each.name, each.type, valueText(each.default), boundsText(each), each.about]),
      ),
    )
  }
  if (needs.length > 0) lines.push('', `Needs: ${needsText(needs)}`)
  if (rule !== null) lines.push('', `Rule: ${rule}`)
  lines.push('', context.style.dim(`Code ${codeHash.slice(0, 12)}. Try it: kestrel backtest ${references[0] ?? name}`))
  return { document: { strategy: description }, text: lines.join('\n') }
}

/** `1 spot, 1 perpetual`. */
function needsText(needs: readonly string[]): string {
  return [...new Set(needs)].map((kind) => `${needs.filter((each) => each === kind).length} ${kind}`).join(', ')
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function boundsText({ minimum, maximum, choices }: ParameterDescription): string {
  if (choices !== null) return choices.map(valueText).join(', ')
  if (minimum === null && maximum === null) return ''
  return `${minimum ?? ''} .. ${maximum ?? ''}`.trim()
}
