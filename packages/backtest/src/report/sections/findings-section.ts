import { section } from '../elements.ts'
import { html, type Html } from '../html.ts'
import type { ReportModel } from '../report-model.ts'

const WORDS = { serious: 'Serious', caution: 'Caution', note: 'Note' } as const

/** Automatic findings and the run's warnings. */
export function findingsSection(model: ReportModel): Html {
  const { findings, warnings } = model
  const list =
    findings.length === 0
      ? html`<p class="quiet">Nothing stands out. That is not proof of anything: read the assumptions below.</p>`
      : html`<ul class="findings">
          ${findings.map(
            ({ severity, title, text }) =>
              html`<li class="${severity}">
                <span class="severity">${WORDS[severity]}</span>
                <div>
                  <h3>${title}</h3>
                  <p>${text}</p>
                </div>
              </li>`,
          )}
        </ul>`
  const more =
    warnings.length === 0
      ? html``
      : html`<h3>Warnings of the run</h3>
          <ul class="plain">
            ${warnings.map((text) => html`<li>${text}</li>`)}
          </ul>`
  return section('findings', 'Findings', [list, more])
}
