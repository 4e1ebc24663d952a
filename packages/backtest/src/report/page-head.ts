import { html, type Html, raw } from './html.ts'
import { STYLES } from './theme.ts'

/**
 * Head of a page that needs no network.
 *
 * @param contentPolicy - What the page may load and run.
 */
export function pageHead(title: string, contentPolicy: string): Html {
  return html`<head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width,initial-scale=1" />
    <meta http-equiv="Content-Security-Policy" content="${contentPolicy}" />
    <meta name="color-scheme" content="light dark" />
    <meta name="generator" content="Kestrel" />
    <title>${title}</title>
    ${raw(`<style>${STYLES}</style>`)}
  </head>`
}
