/** `GET /`: the front page of a tenant, and the script that makes it live. */
import { createHash } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { type DoorCard, renderFrontPage } from '../../pages/render-front-page.tsx'
import type { DemoSettings } from '../door-demo.ts'
import type { DoorDeps, FrontDoor } from '../front-door.ts'
import { sendPage } from '../pages.ts'
import { tenantOf } from '../request-context.ts'
import { RequestRefused } from '../request-refused.ts'
import { viewDemo } from './demo-view.ts'
import { firstForm } from './try-form.ts'
import { ASSET_HEADERS, PATHS } from './wire.ts'

export function createFrontPage(deps: DoorDeps): FastifyPluginAsyncTypebox {
  const { guide, issuerOf, doors } = deps
  const readScript = once(() => guide.readBuilt('front-page.js').then(nameByContent))

  return async (app) => {
    app.get(PATHS.frontPage, async (request, reply) => {
      const tenant = tenantOf(request)
      const baseUrl = issuerOf(tenant)
      const demo = viewDemo(request, deps)
      const cards = inOrder(doors).map((door) =>
        cardOf(door, { settings: demo?.settingsOf(door.name), tenant: tenant.name, baseUrl, makeSecret: guide.makeSecret }),
      )
      const page = renderFrontPage({
        setting: { language: 'en', root: './' },
        tenant: tenant.name,
        doors: cards,
        demo: demo && {
          version: guide.version,
          outbox: guide.demoOutbox && PATHS.outbox.slice(1),
          others: demo.others.map(({ name, baseUrl: other, doors: theirs }) => ({ name, address: `${other}/`, doors: theirs })),
        },
        script: (await readScript()).path,
      })
      return sendPage(reply, 200, page)
    })

    app.get(
      PATHS.script,
      { config: { writesCacheControl: true }, schema: { params: Type.Object({ version: Type.String() }) } },
      async (request, reply) => {
        const { version, content } = await readScript()
        if (request.params.version !== version) throw new RequestRefused('not_found')
        return reply.headers(ASSET_HEADERS).type('text/javascript; charset=utf-8').send(content)
      },
    )
  }
}

/** Platforms first, then what they lean on, then what every tenant has. */
function inOrder(doors: readonly FrontDoor[]): FrontDoor[] {
  const isLeanedOn = (name: string) => doors.some(({ needs = [] }) => needs.includes(name))
  const rankOf = ({ isInEveryTenant, name }: FrontDoor) => (isInEveryTenant ? 2 : isLeanedOn(name) ? 1 : 0)
  return doors.filter(({ trial }) => trial !== undefined).sort((one, other) => rankOf(one) - rankOf(other))
}

interface CardParts {
  readonly settings: DemoSettings | undefined
  /** Its name. */
  readonly tenant: string
  readonly baseUrl: string
  readonly makeSecret: () => string
}

function cardOf(door: FrontDoor, { settings, tenant, baseUrl, makeSecret }: CardParts): DoorCard {
  const { name, title, documentUrl, demo, trial } = door
  const shown = settings ?? { ...demo?.placeholders(tenant), baseUrl }
  const form = firstForm(door, { demo: settings, makeSecret })
  return { name, title, about: trial?.about ?? '', documentUrl, commands: demo?.commands(shown) ?? [], form }
}

interface Script {
  readonly version: string
  readonly path: string
  readonly content: string
}

/** A name that changes with the content, so that browsers may keep it. */
function nameByContent(content: string): Script {
  const version = `${createHash('sha256').update(content).digest('hex').slice(0, 16)}.js`
  return { version, path: PATHS.script.replace(':version', version), content }
}

/** What has failed is tried again. */
function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined
      throw error
    })
    return made
  }
}
