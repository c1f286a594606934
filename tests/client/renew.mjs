/**
 * A program that uses the built client, for tests that need processes. It reads one line of JSON, then does what it is told by lines:
 * `herd <tasks>` asks for a token that often at once; `later` is an hour later by its own
 * clock; `churn` renews without end, each time an hour later.
 */
import { createInterface } from 'node:readline'

// Not there before the build, so that no compiler looks for it.
const built = (/** @type {string} */ file) => import(new URL(`../../packages/client/dist/node/${file}`, import.meta.url).href)
const { connect } = await built('index.js')
const { fileStore } = await built('keep/file-store.js')

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const { platform, credentials, folder, offsetMs = 0, options = {} } = JSON.parse((await lines.next()).value)
let offset = offsetMs

/**
 * Without `Date`: how time passes here is this program's own affair.
 * @param {string} input @param {RequestInit} init
 */
async function fetchWithoutDate(input, init) {
  const response = await fetch(input, init)
  const headers = new Headers(response.headers)
  headers.delete('date')
  return new Response(response.body, { status: response.status, headers })
}

const environment = { now: () => Date.now() + offset, ...(offsetMs === 0 ? {} : { fetch: fetchWithoutDate }) }
const connection = await connect(platform, credentials, { ...options, store: fileStore(folder), environment })
say({ ready: true })

for (;;) {
  const { value: line, done } = await lines.next()
  if (done) break
  const [verb, count] = line.split(' ')
  if (verb === 'herd') await herd(Number(count))
  if (verb === 'churn') await churn()
  if (verb === 'later') offset += 3_700_000
}

/** @param {number} tasks */
async function herd(tasks) {
  const settled = await Promise.allSettled(Array.from({ length: tasks }, () => connection.token()))
  const failures = settled.flatMap((one) => (one.status === 'rejected' ? [wordsOf(one.reason)] : []))
  const values = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value.value] : []))
  say({ failures: [...new Set(failures)], values: [...new Set(values)] })
}

async function churn() {
  for (;;) {
    try {
      const { value } = await connection.token()
      say({ value, offset })
    } catch (error) {
      say({ failure: wordsOf(error), offset })
      return
    }
    offset += 3_700_000
  }
}

/** @param {unknown} error */
function wordsOf(error) {
  const { code, message } = /** @type {NodeJS.ErrnoException} */ (error)
  return `${code}: ${message}`
}

/** @param {Record<string, unknown>} what */
function say(what) {
  process.stdout.write(`${JSON.stringify(what)}\n`)
}
