import { afterEach, describe, expect, it, vi } from 'vitest'
import { signInAt } from '../../../../tests/process/vpaas-visit.ts'
import { connect } from '../connect.ts'
import { answerOf, openWorld, type World } from '../testing/world.ts'

vi.mock('@node-rs/argon2', () => import('../../../server/src/testing/quick-argon2.ts'))

let world: World
afterEach(() => world.stop())

async function open(): Promise<{ clientId: string; apiKey: string }> {
  world = await openWorld('vpaas')
  // Redirects go to the address that the server has; here it is the one that it listens at.
  return { clientId: 'app', apiKey: ` ${world.given.api_key}\n` }
}

function person() {
  const { email = '', password = '' } = world.given
  return { email, password }
}

/** Somebody who signs in at the address, and pastes what comes of it. */
async function visit(address: string): Promise<string> {
  return (await signInAt(address, person())).authCode
}

/** The code of a sign-in that took place elsewhere. */
async function aCode(credentials: { clientId: string; apiKey: string }): Promise<string> {
  const url = `${world.baseUrl}/user/api/v2/login?clientId=${credentials.clientId}&scope=CompApp`
  const answer = await fetch(url, { headers: { apikey: credentials.apiKey.trim() }, redirect: 'manual' })
  return visit(answer.headers.get('location') ?? '')
}

describe('vpaas', () => {
  it('shows an address, takes the code, renews, and has both headers', async () => {
    const credentials = await open()
    const connection = await connect('vpaas', credentials, { ...world.options, askForCode: visit })
    const first = await connection.token()
    expect(first.headers()).toEqual({ apikey: credentials.apiKey.trim(), authorization: `Bearer ${first.value}` })
    expect((await connection.fetch('/user/api/v1/')).status).toBe(200)
    world.advance(14_390)
    expect((await connection.token()).value).not.toBe(first.value)
    expect(world.requests).toEqual([
      'GET /user/api/v2/login 302',
      'POST /user/api/v2/exchange-auth-code 200',
      'GET /user/api/v1/ 200',
      'POST /user/api/v2/refresh-platform-token 200',
    ])
  })

  it('has the address opened before it shows it, where somebody opens it', async () => {
    const credentials = await open()
    const seen: string[] = []
    const show = async (address: string) => {
      seen.push(`shown ${address}`)
      return visit(address)
    }
    await connect('vpaas', credentials, { ...world.options, askForCode: show, open: (address) => void seen.push(`opened ${address}`) })
    const [opened = '', shown = ''] = seen
    expect(opened).toMatch(/^opened http:\/\/127\.0\.0\.1:\d+\//)
    expect(shown).toBe(opened.replace('opened', 'shown'))
    const broken = new Error('no browser')
    const refused = connect('vpaas', credentials, { ...world.options, name: 'other', askForCode: show, open: () => Promise.reject(broken) })
    await expect(refused).rejects.toBe(broken)
    expect(seen).toHaveLength(2)
  })

  it('asks nobody again while what is kept can be renewed', async () => {
    const credentials = await open()
    await connect('vpaas', credentials, { ...world.options, askForCode: visit })
    world.advance(86_400)
    const askForCode = () => Promise.reject(new Error('nobody is here'))
    expect((await (await connect('vpaas', credentials, { ...world.options, askForCode })).token()).value).not.toBe('')
  })

  it.each([
    ['the code', (code: string) => ` ${code}\n`],
    ['the whole address', (code: string) => `smarthubplatform://login?authCode=${code}`],
    ['an address with more in it', (code: string) => `smarthubplatform://login?state=a%3Db&authCode=${code}&x=1#top`],
    ['an address that was broken into lines', (code: string) => `smarthubplatform://login?auth\n  Code=${code}`],
  ])('takes %s as it was pasted', async (_what, paste) => {
    const credentials = await open()
    const connection = await connect('vpaas', { ...credentials, authCode: paste(await aCode(credentials)) }, world.options)
    expect((await connection.token()).value).not.toBe('')
  })

  it.each(['smarthubplatform://login?error=access_denied', 'https://accounts.example/oauth2/auth?state=x', ' '])(
    'an address without a code is told as that: %s',
    async (authCode) => {
      const credentials = await open()
      const refused = connect('vpaas', { ...credentials, authCode }, world.options)
      await expect(refused).rejects.toMatchObject({ code: 'credentials_refused', message: expect.stringContaining('no authCode') })
    },
  )

  it('does not send a code again that it has sent: that would end the session', async () => {
    const credentials = await open()
    const authCode = await aCode(credentials)
    const first = await connect('vpaas', { ...credentials, authCode }, world.options)
    const { value } = await first.token()
    const again = await connect('vpaas', { ...credentials, authCode }, world.options)
    expect((await again.token()).value).toBe(value)
    expect(world.count('exchange-auth-code')).toBe(1)
    expect((await again.fetch('/user/api/v1/')).status).toBe(200)
  })

  it('does not send a code again whose answer was lost', async () => {
    const credentials = await open()
    const authCode = await aCode(credentials)
    world.setWire(async (_request, pass) => {
      await (await pass()).text()
      throw Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) })
    })
    await expect(connect('vpaas', { ...credentials, authCode }, world.options)).rejects.toMatchObject({
      code: 'network',
      outcome: 'unknown',
    })
    expect(world.requests).toHaveLength(1)
  })

  it('nobody signed in: says what to run; an API key that is refused: says so', async () => {
    const credentials = await open()
    const connection = await connect('vpaas', credentials, world.options)
    await expect(connection.token()).rejects.toMatchObject({
      code: 'reauthentication_required',
      message: expect.stringContaining('ringkey login vpaas'),
    })
    const wrong = connect('vpaas', { ...credentials, apiKey: 'wrong' }, { ...world.options, askForCode: visit })
    await expect(wrong).rejects.toMatchObject({ code: 'configuration', status: 401 })
  })

  it('a code that the platform does not know is refused as one, not as an API key', async () => {
    const credentials = await open()
    await expect(connect('vpaas', { ...credentials, authCode: 'wrong' }, world.options)).rejects.toMatchObject({
      code: 'credentials_refused',
    })
  })

  it('a session that was ended asks for a person again', async () => {
    const credentials = await open()
    await connect('vpaas', credentials, { ...world.options, askForCode: visit })
    world.advance(40 * 86_400)
    const connection = await connect('vpaas', credentials, world.options)
    await expect(connection.token()).rejects.toMatchObject({ code: 'reauthentication_required' })
    expect((await (await connect('vpaas', credentials, { ...world.options, askForCode: visit })).token()).value).not.toBe('')
  })

  it('reads names and instants with stray blanks, as the document prints them', async () => {
    const credentials = await open()
    world.setWire(async () =>
      answerOf(200, { ' accessToken ': 'eyJ.a', 'refreshToken ': 'RTSVH2:eyJ', 'expiresAt ': '2030 - 11 - 25 T16: 43: 11.219846 Z ' }),
    )
    const connection = await connect('vpaas', { ...credentials, authCode: 'a-code' }, world.options)
    const { value, expiresAt } = await connection.token()
    expect(value).toBe('eyJ.a')
    expect(expiresAt?.toISOString()).toBe('2030-11-25T16:43:11.219Z')
  })
})
