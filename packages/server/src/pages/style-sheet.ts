/**
 * The one style sheet of the pages. It is served under a name that changes with its content, so that browsers may keep it for ever.
 * It is text in a program because the program is one file.
 */
import { createHash } from 'node:crypto'
import { FRONT_PAGE_STYLE } from './front-page-style.ts'

const content = `
:root {
  color-scheme: light dark;
  --ground: #f3f4f6;
  --card: #ffffff;
  --ink: #1a1d23;
  --quiet: #50565f;
  --line: #868d98;
  --hairline: #dfe2e7;
  --accent: #0b57d0;
  --accent-strong: #0842a0;
  --on-accent: #ffffff;
  --good: #17643a;
  --alarm: #a8200d;
  --alarm-ground: #fdf0ee;
  font: 100%/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans Devanagari", "Lohit Devanagari", sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14161a;
    --card: #1e2126;
    --ink: #eceef1;
    --quiet: #b3b9c2;
    --line: #7d8590;
    --hairline: #353a42;
    --accent: #a8c7fa;
    --accent-strong: #c9ddfc;
    --on-accent: #0a2a5e;
    --good: #8fd9a8;
    --alarm: #ffb4a8;
    --alarm-ground: #3b1d19;
  }
}
/* Vowel signs above and below the line need room. */
:root:lang(hi) { line-height: 1.75; }

*, *::before, *::after { box-sizing: border-box; }
body {
  margin: 0;
  min-height: 100vh;
  min-height: 100dvh;
  display: flex;
  flex-direction: column;
  align-items: center;
  justify-content: center;
  padding: 1rem;
  background: var(--ground);
  color: var(--ink);
  overflow-wrap: anywhere;
}
main, footer { width: 100%; max-width: 27rem; }
main.document { max-width: 60rem; }
main {
  background: var(--card);
  border: 1px solid var(--hairline);
  border-radius: 0.875rem;
  padding: clamp(1.25rem, 6vw, 2.25rem);
}
.brand { margin: 0 0 0.5rem; color: var(--quiet); font-weight: 600; }
h1 { margin: 0 0 0.75rem; font-size: 1.5rem; line-height: 1.3; font-weight: 650; text-wrap: balance; }
:lang(hi) h1, h1:lang(hi) { line-height: 1.55; }
h2 { margin: 1.5rem 0 0.25rem; font-size: 1rem; }
p { margin: 0 0 1rem; }
p:last-child, dl:last-child { margin-bottom: 0; }
.quiet { color: var(--quiet); }
ul { margin: 0 0 1rem; padding-inline-start: 1.25rem; }
li { margin: 0.25rem 0; }
code, .code { font-family: ui-monospace, "Cascadia Mono", "Source Code Pro", Menlo, Consolas, monospace; }
code { font-size: 0.9375em; }

label { display: block; margin: 1rem 0 0.375rem; font-weight: 600; }
input:not([type="hidden"]) {
  display: block;
  width: 100%;
  min-height: 2.875rem;
  padding: 0.5rem 0.75rem;
  font: inherit;
  color: inherit;
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: 0.5rem;
}
.sessions { padding: 0; list-style: none; }
.sessions li { margin: 0; padding: 0.75rem 0; border-top: 1px solid var(--hairline); }
.sessions p { margin-bottom: 0.5rem; }
input + .quiet { margin-top: 0.375rem; }
form + .links { margin-top: 1rem; }
input.code { margin-bottom: 0.5rem; font-family: ui-monospace, "Cascadia Mono", "Source Code Pro", Menlo, Consolas, monospace; }
input[readonly] { background: var(--ground); }
input[aria-invalid="true"] { border-color: var(--alarm); border-width: 2px; }
.problem {
  margin: 0 0 1rem;
  padding: 0.75rem 1rem;
  color: var(--alarm);
  background: var(--alarm-ground);
  border: 1px solid currentColor;
  border-radius: 0.5rem;
}

.actions { display: grid; gap: 0.75rem; margin-top: 1.5rem; }
.button {
  display: flex;
  align-items: center;
  justify-content: center;
  width: 100%;
  min-height: 2.875rem;
  padding: 0.5rem 1rem;
  font: inherit;
  font-weight: 600;
  text-align: center;
  text-decoration: none;
  color: var(--accent);
  background: transparent;
  border: 1px solid var(--line);
  border-radius: 0.5rem;
  cursor: pointer;
}
.button:hover { border-color: var(--accent-strong); color: var(--accent-strong); }
.button.main { color: var(--on-accent); background: var(--accent); border-color: var(--accent); }
.button.main:hover { background: var(--accent-strong); border-color: var(--accent-strong); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }

dl { margin: 0 0 1rem; }
dt { margin-top: 1rem; color: var(--quiet); font-size: 0.9375rem; }
dd { margin: 0; }

a { color: var(--accent); text-underline-offset: 0.2em; }
.document h2 { margin: 2.5rem 0 0.75rem; font-size: 1.375rem; line-height: 1.3; }
.document h3 { margin: 0 0 0.5rem; font-size: 1.125rem; }
.document h4 { margin: 1.25rem 0 0.5rem; font-size: 1rem; }
.contents > li { margin: 0 0 0.75rem; }
.contents a { display: inline-block; padding: 0.25rem 0; }
.operation { margin-top: 1.5rem; padding-top: 1.5rem; border-top: 1px solid var(--hairline); }
.call { margin-bottom: 0.5rem; font-size: 1.0625rem; }
pre {
  margin: 0 0 1rem;
  padding: 0.75rem 1rem;
  font-size: 0.875rem;
  white-space: pre-wrap;
  background: var(--ground);
  border: 1px solid var(--hairline);
  border-radius: 0.5rem;
}
.members > div { padding: 0.5rem 0; border-top: 1px solid var(--hairline); }
.members dt { margin: 0; }
.members p { margin: 0 0 0.375rem; }
.members .members { margin: 0.5rem 0 0; }
details { margin: 0 0 1rem; }
summary { padding: 0.5rem 0; cursor: pointer; }
@media (min-width: 48rem) {
  .contents { columns: 2; }
  .contents > li { break-inside: avoid; }
  .members > div { display: grid; grid-template-columns: minmax(0, 16rem) minmax(0, 1fr); gap: 1rem; }
  .answers > div { grid-template-columns: 4rem minmax(0, 1fr); }
  .members .members > div { grid-template-columns: minmax(0, 12rem) minmax(0, 1fr); }
}

footer { padding: 0.75rem 0 0; }
.languages {
  display: flex;
  flex-wrap: wrap;
  justify-content: center;
  gap: 0.25rem;
  margin: 0;
  padding: 0;
  list-style: none;
}
.languages li { margin: 0; }
.languages button, .languages a, .languages span {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  min-height: 2.75rem;
  min-width: 2.75rem;
  padding: 0.25rem 0.75rem;
  font: inherit;
  font-size: 0.9375rem;
  color: var(--quiet);
  background: transparent;
  border: 0;
  border-radius: 0.5rem;
}
.languages button, .languages a { text-decoration: underline; text-underline-offset: 0.2em; cursor: pointer; }
.languages button:hover, .languages a:hover { color: var(--ink); }
.languages span { font-weight: 600; color: var(--ink); }

@media (prefers-reduced-motion: no-preference) {
  .button { transition: background-color 120ms, border-color 120ms; }
}
/* Where the reader has chosen the colours, an outline is drawn in them; a border tells the main button from the others. */
@media (forced-colors: active) {
  .button.main { border-width: 3px; }
}
${FRONT_PAGE_STYLE}`.trimStart()

const hash = createHash('sha256').update(content).digest('hex').slice(0, 16)

export const STYLE_SHEET = {
  /** From the tenant's root. */
  path: `/assets/style.${hash}.css`,
  content,
  headers: {
    'content-type': 'text/css; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  },
} as const
