import { describe, expect, it } from 'vitest'
import type { DocsModel } from './docs.ts'
import { renderDocs } from './render-docs.tsx'
import { aSetting } from './testing/sample-pages.ts'

const PROBE = `"><script>alert(1)</script>'&lt;`

/** With the probe in every text. */
function aProbe(): DocsModel {
  const member = { name: PROBE, type: PROBE, isRequired: false, description: `${PROBE} \`${PROBE}\`` }
  const body = { mediaTypes: [PROBE], name: PROBE, anchor: PROBE, description: PROBE, members: [member], isOpen: true }
  const answer = { description: PROBE, headers: [{ name: PROBE, description: PROBE }], bodies: [body, { ...body, anchor: undefined }] }
  const operation = {
    id: PROBE,
    method: PROBE,
    path: PROBE,
    aliases: [PROBE],
    summary: PROBE,
    description: PROBE,
    credentials: [[PROBE]],
    parameters: [member],
    bodies: [body],
    answers: [
      { ...answer, status: '200' },
      { ...answer, status: PROBE },
    ],
    onTheWay: [{ ...answer, status: PROBE }],
    curl: PROBE,
    exampleAnswer: { status: PROBE, mediaType: PROBE, text: PROBE },
  }
  const section = { id: PROBE, title: PROBE, about: PROBE, documentUrl: PROBE, operations: [operation] }
  return { setting: aSetting(), title: PROBE, version: PROBE, description: PROBE, address: PROBE, sections: [section], shapes: [body] }
}

describe('the page of what the doors answer', () => {
  it('shows what is not ours as text, wherever it stands', () => {
    const { html } = renderDocs(aProbe())
    expect(html).not.toMatch(/<script|="">/)
    // Each time it is written, it reads as it was.
    expect(html.split('&lt;script>alert(1)&lt;/script>&#39;&amp;lt;').length - 1).toBe(html.split('alert(1)').length - 1)
    expect(html.split('alert(1)').length).toBeGreaterThan(40)
  })

  it('has the policies of every page, and no script', () => {
    const { html, headers } = renderDocs(aProbe())
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'self';/)
    expect(html).not.toMatch(/<style|<iframe|<img|\sstyle=|\son[a-z]+=/i)
  })
})
