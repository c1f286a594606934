/**
 * The built client in the tabs of a real browser. Without Chromium on the PATH this file is skipped, unless RINGKEY_REQUIRE_BROWSER=1
 * says that it must not be.
 */
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { furnishForPasswords } from '../../packages/server/src/http/testing/furnish-for-passwords.ts'
import { openServedHouse, type ServedHouse } from '../../packages/server/src/testing/served-house.ts'
import { CLIENT } from '../../scripts/build-client.mjs'
import { findChromium, launchChromium } from './launch.ts'

vi.mock('@node-rs/argon2', () => import('../../packages/server/src/testing/quick-argon2.ts'))

const TABS = 4
const TASKS = 25
const noChromium = findChromium() === undefined

describe.skipIf(noChromium)('tabs of a browser (not run where there is no Chromium on the PATH)', () => {
  let browser: Browser
  let house: ServedHouse
  let site: Server
  let given: Record<string, string>
  const requests: string[] = []

  beforeAll(async () => {
    browser = await launchChromium()
    house = await openServedHouse()
    given = await furnishForPasswords(house.house, { tenant: 'tabs', door: 'smartflo', issuer: 'http://127.0.0.1' })
    site = createServer((request, response) => void serve(request, response)).listen(0, '127.0.0.1')
    await once(site, 'listening')
  })

  afterAll(async () => {
    await browser?.close()
    site?.closeAllConnections()
    site?.close()
    await house?.stop()
  })

  /** A page, the built files, and behind the same origin the platform. */
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '/', method = 'GET' } = request
    if (url.startsWith('/client/')) {
      const text = await readFile(join(CLIENT, 'dist/browser', url.slice('/client/'.length)), 'utf8')
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(text)
      return
    }
    if (!url.startsWith('/v1/')) {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>tab</title>')
      return
    }
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const headers = Object.entries(request.headers).filter(([name]) => ['accept', 'authorization', 'content-type'].includes(name))
    const body = chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }
    const answer = await fetch(`http://127.0.0.1:${house.port}/t/tabs${url}`, { method, headers: headers as [string, string][], ...body })
    requests.push(`${url} ${answer.status}`)
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
  }

  const address = () => `http://127.0.0.1:${(site.address() as AddressInfo).port}`

  /** In a tab: connects, and has a function that asks for many tokens at once. */
  async function openTab(context: BrowserContext): Promise<Page> {
    const page = await context.newPage()
    await page.goto(address())
    const { email = '', password = '' } = given
    await page.evaluate(`(async () => {
      const { connect } = await import('/client/index.js')
      const { tabStore } = await import('/client/tab-store.js')
      const connection = await connect('smartflo', ${JSON.stringify({ email, password })}, { baseUrl: location.origin, store: tabStore() })
      globalThis.ask = async () => {
        const tokens = await Promise.all(Array.from({ length: ${TASKS} }, () => connection.token()))
        return tokens.map(({ value }) => value)
      }
    })()`)
    return page
  }

  const ask = (page: Page) => page.evaluate('ask()') as Promise<string[]>

  it('that wake with one expired token renew it once', async () => {
    const context = await browser.newContext()
    try {
      const first = await openTab(context)
      const [old] = await ask(first)
      await first.evaluate(`(() => {
        for (const [name, text] of Object.entries(localStorage)) {
          if (name.endsWith('.lease')) continue
          const blank = text.indexOf(' ')
          const record = JSON.parse(text.slice(blank + 1))
          record.grant.issuedAt -= 7200000
          record.grant.expiresAt -= 7200000
          localStorage.setItem(name, Number(text.slice(0, blank)) + 1 + ' ' + JSON.stringify(record))
        }
      })()`)
      const tabs = await Promise.all(Array.from({ length: TABS }, () => openTab(context)))
      const values = new Set((await Promise.all(tabs.map(ask))).flat())
      expect(values.size).toBe(1)
      expect(values.has(old ?? '')).toBe(false)
      expect(requests).toEqual(['/v1/auth/login 200', '/v1/auth/refresh 200'])
    } finally {
      await context.close()
    }
  })

  it('keep the promises of a store', async () => {
    const context = await browser.newContext()
    try {
      const page = await openTab(context)
      const broken = await page.evaluate(`(async () => {
        const { storeContract } = await import('/client/store-contract.js')
        const { tabStore } = await import('/client/tab-store.js')
        const broken = []
        for (const { title, check } of storeContract) {
          localStorage.clear()
          await check(() => tabStore()).catch((error) => broken.push(title + ': ' + error.message))
        }
        return broken
      })()`)
      expect(broken).toEqual([])
    } finally {
      await context.close()
    }
  })
})
