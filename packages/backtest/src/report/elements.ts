import { html, type Html, raw } from './html.ts'
import { signedMoney, signedPercent } from './format.ts'

/** Gain, loss or neither, by sign; near zero is neutral. */
export function toneOf(value: number | undefined, neutral = 0): 'gain' | 'loss' | 'even' {
  if (value === undefined || !Number.isFinite(value) || Math.abs(value) <= neutral) return 'even'
  return value > 0 ? 'gain' : 'loss'
}

const ARROWS = { gain: '▲', loss: '▼', even: '' } as const

/** A result with sign, arrow and colour, so that colour alone never carries it. */
function result(value: number | undefined, text: string): Html {
  const tone = toneOf(value)
  return html`<span class="${tone}"
    >${tone === 'even' ? '' : html`<i aria-hidden="true">${ARROWS[tone]}</i>`}${text}</span
  >`
}

/** A fraction as a signed percentage in its colour. */
export const percentResult = (value: number | undefined, digits = 2): Html =>
  result(value, signedPercent(value, digits))

/** Money with sign in its colour. */
export const moneyResult = (value: number | undefined): Html => result(value, signedMoney(value))

/** A column of a table. */
export interface Column<T> {
  readonly head: string
  readonly cell: (row: T) => Html | string
  /** Text columns stand left, numbers right. */
  readonly text?: boolean
  /** Left out on narrow screens. */
  readonly wide?: boolean
}

/** A table that scrolls inside its own box where it does not fit. The first column is the row's header. */
export function table<T>(caption: string, columns: readonly Column<T>[], rows: readonly T[]): Html {
  const kind = (column: Column<T>): string =>
    `${column.text === true ? 'text' : 'num'}${column.wide === true ? ' wide' : ''}`
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col" class="${kind(column)}">${column.head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${columns.map((column, i) =>
                i === 0
                  ? html`<th scope="row" class="${kind(column)}">${column.cell(row)}</th>`
                  : html`<td class="${kind(column)}">${column.cell(row)}</td>`,
              )}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`
}

/** A chart with its title, a sentence that says what it shows, and a legend. */
export function figure(
  title: string,
  summary: string,
  chart: Html | undefined,
  legend: readonly (readonly [tone: string, label: string])[] = [],
): Html {
  if (chart === undefined) return raw('')
  return html`<figure>
    <figcaption>
      <h3>${title}</h3>
      <p>${summary}</p>
      ${
        legend.length === 0
          ? ''
          : html`<ul class="legend">
              ${legend.map(([tone, label]) => html`<li><b class="key ${tone}"></b>${label}</li>`)}
            </ul>`
      }
    </figcaption>
    ${chart}
  </figure>`
}

/** A part of the page that the navigation leads to. */
export function section(id: string, title: string, body: readonly Html[]): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${body}
  </section>`
}

/** Labels and texts as a description list. */
export function facts(rows: readonly (readonly [label: string, text: Html | string])[], style = ''): Html {
  return html`<dl class="facts ${style}">
    ${rows.map(
      ([label, text]) =>
        html`<div>
          <dt>${label}</dt>
          <dd>${text}</dd>
        </div>`,
    )}
  </dl>`
}
