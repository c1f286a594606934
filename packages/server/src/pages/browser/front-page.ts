/**
 * Makes the front page live: a form is sent without leaving the page, its result appears below it, and commands can be copied.
 * Without it the same forms are answered by pages of their own.
 *
 * The result is an element of the page that the server has rendered for that form, in which all foreign text is escaped. It is parsed in
 * a document of its own, where no script runs, and the policy of the page lets none run that is not this file.
 */
const status = addStatus()
for (const form of document.querySelectorAll<HTMLFormElement>('form.trial')) makeLive(form)
addCopyButtons(document)

/** Says to who does not see it what has happened. */
function addStatus(): HTMLElement {
  const element = document.createElement('p')
  element.className = 'status'
  element.setAttribute('role', 'status')
  document.body.append(element)
  return element
}

let hiding: number | undefined

function say(text: string): void {
  status.textContent = text
  clearTimeout(hiding)
  hiding = setTimeout(() => status.replaceChildren(), 5000)
}

function makeLive(form: HTMLFormElement): void {
  let isBusy = false
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (isBusy) return
    isBusy = true
    send(form).finally(() => {
      isBusy = false
    })
  })
}

async function send(form: HTMLFormElement): Promise<void> {
  const place = placeOf(form)
  if (place === undefined) return form.submit()
  say('Asking …')
  try {
    const fields = [...new FormData(form)].map(([name, value]) => [name, String(value)])
    const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(fields), cache: 'no-store' })
    show(place, new DOMParser().parseFromString(await answer.text(), 'text/html'))
  } catch {
    say('The server does not answer. Try again.')
  }
}

/** Where the results of a door are shown: below all that it has. */
function placeOf(form: HTMLFormElement): HTMLElement | undefined {
  const door = form.closest('.door')
  if (door === null) return undefined
  const before = door.querySelector<HTMLElement>(':scope > .place')
  if (before !== null) return before
  const place = document.createElement('div')
  place.className = 'place'
  door.append(place)
  return place
}

/** @param page the server's answer: that of a form, or one that tells of an error */
function show(place: HTMLElement, page: Document): void {
  const result = page.querySelector('#result')
  const shown = result === null ? asResult(page) : document.importNode(result, true)
  shown.removeAttribute('id') // another door may have one too
  place.replaceChildren(shown)
  // What was relative to the page of the form is relative to this one.
  for (const form of place.querySelectorAll<HTMLFormElement>('form.trial')) {
    form.setAttribute('action', (form.getAttribute('action') ?? '').replace(/^\.\.\//, './'))
    makeLive(form)
  }
  addCopyButtons(place)
  for (const element of place.querySelectorAll<HTMLElement>('[data-remaining]')) countDown(element)
  const heading = place.querySelector<HTMLElement>('h3')
  heading?.focus()
  say(heading?.textContent ?? '')
}

/** A page of an error in the shape of a result. */
function asResult(page: Document): HTMLElement {
  const section = document.createElement('section')
  section.className = 'result'
  for (const [name, selector] of [
    ['h3', 'h1'],
    ['p', 'main p:not(.brand)'],
  ] as const) {
    const element = document.createElement(name)
    element.textContent = page.querySelector(selector)?.textContent ?? 'The server has answered something else.'
    if (name === 'h3') element.tabIndex = -1
    section.append(element)
  }
  return section
}

/** By the clock of this page alone: that of the machine may be wrong. */
function countDown(element: HTMLElement): void {
  const endsAt = performance.now() + Number(element.dataset.remaining) * 1000
  const timer = setInterval(() => {
    const seconds = Math.ceil((endsAt - performance.now()) / 1000)
    if (!element.isConnected) return clearInterval(timer)
    if (seconds > 0) element.textContent = sayRemaining(seconds)
    else {
      element.textContent = 'nothing: it has expired'
      clearInterval(timer)
    }
  }, 1000)
}

/** As the server says it. */
function sayRemaining(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const
  const first = parts.findIndex(([amount]) => amount > 0)
  return parts
    .slice(first)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ')
}

/** Where the browser lets a page write to the clipboard: on https, and on this machine. */
function addCopyButtons(within: ParentNode): void {
  if (navigator.clipboard === undefined) return
  for (const block of within.querySelectorAll<HTMLElement>('pre.copied')) {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'button copy'
    button.textContent = 'Copy'
    const text = block.textContent ?? ''
    button.setAttribute('aria-label', `Copy: ${(block.previousElementSibling?.textContent ?? text).slice(0, 80)}`)
    button.addEventListener('click', () => {
      navigator.clipboard.writeText(text).then(
        () => say('Copied'),
        () => say('The browser did not let it be copied.'),
      )
    })
    block.after(button)
  }
}
