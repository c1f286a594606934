/** The part of the style sheet for the front page and the pages of its forms. */
export const FRONT_PAGE_STYLE = `
.wide { justify-content: flex-start; }
.wide main, .wide footer { max-width: 72rem; }
.open main { background: none; border: 0; padding: clamp(0.25rem, 3vw, 2rem) 0; }
.open .intro { margin-bottom: 1.5rem; }
.open .intro > p { max-width: 46rem; }
.open h1 { font-size: clamp(1.5rem, 5vw, 2.25rem); }
.open .brand { margin-bottom: 0.25rem; }
.open main a, .wide main a { color: var(--accent); text-underline-offset: 0.2em; }
.wide main a.button.main { color: var(--on-accent); }
.wide main a:not(.button):hover { color: var(--accent-strong); }
.wide .back, .wide .document { display: inline-flex; align-items: center; min-height: 2.75rem; }
.notice {
  max-width: 46rem;
  margin: 0 0 1rem;
  padding: 0.75rem 1rem;
  border: 1px solid var(--hairline);
  border-inline-start: 0.25rem solid var(--accent);
  border-radius: 0.5rem;
  background: var(--card);
}
.notice p, .notice ul { margin: 0; }
.links { display: flex; flex-wrap: wrap; gap: 0 1.5rem; margin: 0; padding: 0; list-style: none; }
.links li { margin: 0; }
.links a { display: inline-flex; align-items: center; min-width: 2.75rem; min-height: 2.75rem; }
.door {
  margin: 0 0 1.25rem;
  padding: clamp(1rem, 4vw, 1.75rem);
  background: var(--card);
  border: 1px solid var(--hairline);
  border-radius: 0.875rem;
  scroll-margin-top: 1rem;
}
.door h2 { margin: 0 0 0.25rem; font-size: 1.25rem; line-height: 1.3; }
.door > p { max-width: 46rem; margin-bottom: 0.25rem; }
.wide h3 { margin: 0 0 0.5rem; font-size: 1rem; line-height: 1.4; }
.wide h4 { margin: 0.75rem 0 0.25rem; font-size: 0.9375rem; font-weight: 600; color: var(--quiet); }
.sides { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.5rem; margin-top: 0.75rem; }
@media (min-width: 56rem) {
  .sides { grid-template-columns: minmax(0, 20rem) minmax(0, 1fr); gap: 2.5rem; }
}
.trial { max-width: 32rem; }
.trial label:first-of-type { margin-top: 0; }
.trial .button { margin-top: 1rem; }
.wide input.code { font-size: 0.9375rem; margin-bottom: 0; }
.wide pre {
  margin: 0 0 0.75rem;
  padding: 0.75rem 1rem;
  font: 0.875rem/1.55 ui-monospace, "Cascadia Mono", "Source Code Pro", Menlo, Consolas, monospace;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
  background: var(--ground);
  border: 1px solid var(--hairline);
  border-radius: 0.5rem;
}
.wide .copied + .button.copy { margin: -0.25rem 0 1rem; }
.wide .sides p.quiet { margin: 0 0 0.375rem; font-size: 0.9375rem; }
.wide summary { min-height: 2.75rem; padding: 0.5rem 0; font-weight: 600; cursor: pointer; }
.button.copy { width: auto; min-width: 6rem; min-height: 2.75rem; padding: 0.25rem 1rem; font-size: 0.9375rem; }
.result { margin-top: 1.25rem; padding-top: 1.25rem; border-top: 1px solid var(--hairline); }
h2 + .result { margin-top: 0; padding-top: 0; border-top: 0; }
.wide .result h3 { font-size: 1.125rem; }
.result h3:focus-visible { outline-offset: 4px; border-radius: 0.25rem; }
.wide .good { color: var(--good); }
.wide .bad { color: var(--alarm); }
.verdict { padding: 0.75rem 1rem; font-weight: 600; border: 1px solid currentColor; border-radius: 0.5rem; }
[data-remaining] { font-variant-numeric: tabular-nums; }
.next { display: flex; flex-wrap: wrap; align-items: flex-end; gap: 0 1rem; margin-bottom: 0.75rem; }
.next .trial:has(label) { flex: 1 1 20rem; }
.next .button { width: auto; min-width: 9rem; margin-top: 0.5rem; }
table { width: 100%; margin: 0 0 1rem; border-collapse: collapse; table-layout: fixed; }
caption { padding: 0.25rem 0; font-weight: 600; text-align: start; }
th, td { padding: 0.375rem 0.75rem 0.375rem 0; text-align: start; vertical-align: top; font-weight: 400; border-top: 1px solid var(--hairline); }
th { width: 34%; color: var(--quiet); }
td .words { display: block; font-size: 0.9375rem; }
.status { position: fixed; inset-block-end: 1rem; inset-inline: 1rem; width: fit-content; max-width: calc(100% - 2rem); margin: 0 auto; padding: 0.5rem 1rem; color: var(--card); background: var(--ink); border-radius: 0.5rem; }
.status:empty { display: none; }
.wide .sides h3 { margin-bottom: 0.75rem; }
@media (min-width: 56rem) { th { width: 14rem; } }
@media (forced-colors: active) { .status { border: 1px solid; } }
`
