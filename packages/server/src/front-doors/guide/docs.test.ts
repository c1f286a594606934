/** What golden exchanges (vectors/guide) cannot show. */
import { afterEach, describe, expect, test } from 'vitest'
import { aTenant, startApp, type TestApp, type TestAppOptions } from '../../http/testing/start-app.ts'
import { guideMaterial } from '../../testing/guide-material.ts'
import type { OpenApiDocument } from './openapi-document.ts'

const apps: TestApp[] = []
async function anApp(options: TestAppOptions = {}): Promise<TestApp> {
  const app = await startApp(options)
  apps.push(app)
  return app
}
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.stop()))
})

/** Counts how often the built file is read. */
function countingMaterial(read: (count: number) => Promise<string>) {
  const counted = { reads: 0 }
  const material = { ...guideMaterial, version: '4.5.6', readBuilt: () => read(++counted.reads) }
  return { counted, material }
}

async function documentOf(app: TestApp, base = ''): Promise<OpenApiDocument> {
  const answer = await app.ask(`GET ${base}/openapi.json`)
  expect(answer.status).toBe(200)
  return JSON.parse(answer.body) as OpenApiDocument
}

describe('/openapi.json', () => {
  test('describes the doors of its tenant and no others, at its address', async () => {
    const tenants = [aTenant({ name: 'acme', doors: ['smartflo'] }), aTenant({ name: 'other', doors: ['idm', 'vpaas'], isDefault: false })]
    const app = await anApp({ tenants, guide: { ...guideMaterial, version: '4.5.6' } })
    const acme = await documentOf(app)
    const other = await documentOf(app, '/t/other')
    expect([acme, other].map(({ openapi, info, servers }) => [openapi, info.title, info.version, servers])).toEqual([
      ['3.1.1', 'Ringkey, tenant acme', '4.5.6', [{ url: 'https://tokens.example/t/acme' }]],
      ['3.1.1', 'Ringkey, tenant other', '4.5.6', [{ url: 'https://tokens.example/t/other' }]],
    ])
    expect([acme, other].map(({ tags }) => tags.map(({ name }) => name))).toEqual([
      ['Checking tokens', 'Guide', 'Tata Smartflo'],
      ['Checking tokens', 'Guide', 'Sign-in page (IDM)', 'Deutsche Telekom VPaaS'],
    ])
    expect(Object.keys(acme.paths)).toContain('/v1/auth/login')
    expect(Object.keys(other.paths)).not.toContain('/v1/auth/login')
    expect(JSON.stringify(other)).not.toContain('acme')
  })

  test('links each door to the document of its platform', async () => {
    const { tags } = await documentOf(await anApp({ tenants: [aTenant({ doors: ['servetel'] })] }))
    expect(tags.at(-1)?.externalDocs.url).toBe('https://docs.servetel.in/reference/authentication-using-tokens')
  })

  test('has what is at the root of the server there', async () => {
    const { paths } = await documentOf(await anApp())
    expect(paths['/livez']?.servers).toEqual([{ url: 'https://tokens.example' }])
  })

  test('is read at the first request and then kept', async () => {
    const { counted, material } = countingMaterial(() => guideMaterial.readBuilt('openapi.json'))
    const app = await anApp({ guide: material })
    await app.ask('GET /livez')
    await app.ask('GET /.well-known/jwks.json')
    expect(counted.reads).toBe(0)
    await Promise.all([documentOf(app), documentOf(app), app.ask('GET /docs')])
    await documentOf(app)
    expect(counted.reads).toBe(1)
  })

  test('that could not be read is a fault, and is read again', async () => {
    const { counted, material } = countingMaterial(async (count) => {
      if (count === 1) throw new Error('no such file')
      return guideMaterial.readBuilt('openapi.json')
    })
    const app = await anApp({ guide: material })
    expect((await app.ask('GET /openapi.json')).status).toBe(500)
    expect((await app.ask('GET /openapi.json')).status).toBe(200)
    expect(counted.reads).toBe(2)
    expect(app.faults).toHaveLength(1)
  })

  test('is kept of fifty tenants, and of others made again', async () => {
    const tenants = Array.from({ length: 52 }, (_, index) => aTenant({ name: `t${index}`, isDefault: false }))
    const app = await anApp({ tenants })
    const titles: string[] = []
    for (const { name } of [...tenants, ...tenants.slice(0, 1)]) titles.push((await documentOf(app, `/t/${name}`)).info.title)
    expect(titles).toEqual([...tenants, ...tenants.slice(0, 1)].map(({ name }) => `Ringkey, tenant ${name}`))
  })

  test.each([
    ['"x", W/"TAG"', 304],
    ['*', 304],
    ['"TAGx"', 200],
    ['TAG', 200],
  ])('asked with the tag %s is answered %i', async (tags, status) => {
    const app = await anApp()
    const tag = (await app.ask('GET /openapi.json')).headers.get('etag') ?? ''
    const answer = await app.ask('GET /openapi.json', [`If-None-Match: ${tags.replace('TAG', tag.replaceAll('"', ''))}`])
    expect([answer.status, answer.headers.get('etag')]).toEqual([status, tag])
    if (status === 304) expect(answer.body).toBe('')
  })
})

describe('/docs', () => {
  test('shows each operation of the document, with links to the platforms, the document and the front page', async () => {
    const app = await anApp({ tenants: [aTenant({ doors: ['smartflo', 'voipex'] })] })
    const { paths, tags } = await documentOf(app)
    const { body } = await app.ask('GET /docs')
    const operations = Object.values(paths).flatMap(({ get, post }) => [get, post].flatMap((operation) => operation ?? []))
    expect(operations.length).toBeGreaterThan(15)
    for (const { operationId } of operations) {
      expect(body).toContain(`href="#${operationId}"`)
      expect(body).toContain(`id="${operationId}"`)
    }
    for (const { externalDocs } of tags) expect(body).toContain(`href="${externalDocs.url}"`)
    expect(body).toContain('href="./openapi.json"')
    expect(body).toContain('href="./"')
  })

  test('has nothing that a link leads to and is not there, and no two of one name', async () => {
    const app = await anApp({ tenants: [aTenant({ doors: ['idm', 'vpaas', 'voipex', 'smartflo'] })] })
    const { body } = await app.ask('GET /docs')
    const ids = [...body.matchAll(/ id="([^"]*)"/g)].map(([, id = '']) => id)
    const targets = [...body.matchAll(/href="#([^"]*)"/g)].map(([, id = '']) => id)
    expect(targets.filter((target) => !ids.includes(target))).toEqual([])
    expect(new Set(ids).size).toBe(ids.length)
    expect(body).not.toMatch(/undefined|\[object|\{\{/)
  })

  test('shows a request to be copied, and what is answered', async () => {
    const app = await anApp({ tenants: [aTenant({ doors: ['smartflo'] })] })
    const { body } = await app.ask('GET /docs')
    expect(body).toContain("--url 'https://tokens.example/t/demo/v1/auth/login'".replaceAll("'", '&#39;'))
    expect(body).toContain('&#34;number_of_days_left&#34;: 75')
  })
})
