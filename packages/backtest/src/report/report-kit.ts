import { moneyResult, table } from './elements.ts'
import { compactNumber, money } from './format.ts'
import { html, type Html } from './html.ts'
import { pageHead } from './page-head.ts'

/**
 * A page in the look of the backtest's report, without a script: no network, light and dark, on a phone and in print.
 *
 * @param head - What stands above the sections.
 * @param sections - In order; each with its id, its name and its content.
 */
function page(
  title: string,
  head: Html,
  sections: readonly { readonly id: string; readonly name: string; readonly body: Html }[],
): string {
  return html`<!doctype html>
    <html lang="en">
      ${pageHead(title, "default-src 'none'; style-src 'unsafe-inline'")}
      <body>
        <a class="skip" href="#${sections[0]?.id ?? ''}">Skip to the content</a>
        <div class="page">
          ${head}
          <nav aria-label="Sections">
            <ul>
              ${sections.map(({ id, name }) => html`<li><a href="#${id}">${name}</a></li>`)}
            </ul>
          </nav>
          <main id="main">
            ${sections.map(
              ({ id, name, body }) =>
                html`<section id="${id}" aria-labelledby="${id}-title">
                  <h2 id="${id}-title">${name}</h2>
                  ${body}
                </section>`,
            )}
          </main>
        </div>
      </body>
    </html>`.markup
}

/** What other reports are made with, so that all look alike. */
export const reportKit = Object.freeze({ page, html, table, moneyResult, money, compactNumber })
