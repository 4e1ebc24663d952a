import { day } from './format.ts'
import { html, raw } from './html.ts'
import { pageHead } from './page-head.ts'
import { CONTENT_POLICY, PAGE_SCRIPT } from './page-script.ts'
import type { ReportModel } from './report-model.ts'
import { assumptionsSection } from './sections/assumptions-section.ts'
import { findingsSection } from './sections/findings-section.ts'
import { headerSection } from './sections/header.ts'
import { metricsSection } from './sections/metrics-section.ts'
import { perpetualsSection } from './sections/perpetuals-section.ts'
import { performanceSection } from './sections/performance.ts'
import { provenanceSection } from './sections/provenance-section.ts'
import { riskSection } from './sections/risk.ts'
import { tradesSection } from './sections/trades.ts'

const CONTENTS = [
  ['findings', 'Findings'],
  ['performance', 'Performance'],
  ['risk', 'Risk'],
  ['trades', 'Trades'],
  ['metrics', 'Metrics'],
  ['assumptions', 'How real is it?'],
  ['provenance', 'Provenance'],
] as const

/**
 * The report as one HTML page that needs nothing else: no network, no fonts, readable without its script, light and
 * dark, on a phone and in print. Equal models give equal text. Every text of the model is escaped.
 */
export function renderReport(model: ReportModel): string {
  const mark = model.synthetic ? 'SYNTHETIC · ' : ''
  const title = `${mark}${model.strategy} · ${model.instruments.join(', ')} · ${day(model.fromMs)} to ${day(model.toMs)}`
  // The script goes in as a value: the policy names its hash, which one more space would change.
  return html`<!doctype html>
    <html lang="en">
      ${pageHead(title, CONTENT_POLICY)}
      <body>
        <a class="skip" href="#findings">Skip to the findings</a>
        <div class="page">
          ${model.synthetic ? html`<aside class="banner" aria-label="Kind of data">SYNTHETIC: this market was generated. Nothing here says anything about a real one.</aside>` : ''}
          ${headerSection(model)}
          <nav aria-label="Sections">
            <ul>
              ${contentsOf(model).map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}
            </ul>
          </nav>
          <main id="main">
            ${findingsSection(model)} ${performanceSection(model)} ${riskSection(model)} ${tradesSection(model)}
            ${perpetualsSection(model)} ${metricsSection(model)} ${assumptionsSection(model)}
            ${provenanceSection(model)}
          </main>
          <footer>
            All dates and times are UTC. Made by Kestrel from run ${model.runId}; a simulation of the past, not a
            promise.
          </footer>
        </div>
        ${raw(`<script>${PAGE_SCRIPT}</script>`)}
      </body>
    </html> `.markup
}

/** The sections that there are. */
function contentsOf({ fundingSums, liquidations }: ReportModel): readonly (readonly [id: string, name: string])[] {
  if (fundingSums.length === 0 && liquidations.length === 0) return CONTENTS
  return [...CONTENTS.slice(0, 4), ['perpetuals', 'Funding and liquidation'], ...CONTENTS.slice(4)]
}
