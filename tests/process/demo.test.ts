/** The demo: what it prints works as printed, and nothing that happens to it between two starts is for its user to repair. */
import { execFile, spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { claimsOf, createCaller, tokenOf } from './caller.ts'
import { readDemo } from './demo-settings.ts'
import { findFreePort, type Installation, openStage, untilFound } from './launch.ts'
import { fieldOf, openBrowser, type Person, signInAt } from './vpaas-visit.ts'

const stage = openStage()
const DOORS = ['smartflo', 'servetel'] as const

const strace = (process.env.PATH ?? '')
  .split(':')
  .map((folder) => join(folder, 'strace'))
  .find((path) => existsSync(path))

/** Kills the program as it begins the first of these system calls on one of the files. @param call a regular expression */
function killedAt(call: string, files: readonly string[]): string[] {
  const inject = ['-e', `trace=/${call}`, '-e', `inject=/${call}:signal=SIGKILL`]
  return ['strace', '-D', '-f', '-qq', '-o', '/dev/null', ...inject, ...files.flatMap((file) => ['-P', file])]
}

async function expectWorks(installation: Installation): Promise<void> {
  await installation.serve({ demo: true })
  const demo = readDemo(installation)
  for (const door of DOORS) {
    const caller = createCaller(demo[door].baseUrl)
    const token = tokenOf(await caller.signIn(demo[door]))
    expect(JSON.parse((await caller.introspect(demo[door].apiKey, token)).text)).toMatchObject({ active: true })
    caller.close()
  }
}

interface PrintedCommand {
  readonly title: string
  readonly command: string
}

/** What stands below `# title`, by door. */
function readCommands(printed: string): PrintedCommand[][] {
  return printed
    .split(/^--- .*\n/m)
    .slice(1)
    .map((section) =>
      section
        .split(/^# /m)
        .slice(1)
        .map((text) => {
          const [title = '', ...lines] = text.split('\n')
          return { title, command: lines.join('\n').replace(/\n+(?:Ringkey listens.*)?\s*$/, '') }
        }),
    )
}

/** Pastes commands into one shell. @returns what each printed */
function paste(commands: readonly PrintedCommand[]): Promise<string[]> {
  const mark = '\u0003'
  const script = commands.map(({ command }) => `${command}\nprintf '${mark}'\n`).join('')
  return new Promise((resolve, reject) => {
    execFile('bash', ['-c', script], { env: { PATH: process.env.PATH } }, (error, stdout) => {
      if (error === null) resolve(stdout.split(mark).slice(0, -1))
      else reject(error)
    })
  })
}

function commandsThat(printed: string, begin: string): PrintedCommand[] {
  return readCommands(printed).find(([first]) => first?.title.startsWith(begin)) ?? expect.fail(`no commands begin with: ${begin}`)
}

interface Shell {
  /** Pastes a command as it is printed. @param typed what its person answers @returns what it printed */
  paste(command: PrintedCommand | undefined, typed?: string): Promise<string>
  end(): void
}

/** A shell that stays open from one command to the next, as that of a person does. */
function openShell(): Shell {
  const shell = spawn('bash', ['-s'], { env: { PATH: process.env.PATH }, stdio: ['pipe', 'pipe', 'ignore'] })
  const mark = '\u0003'
  let printed = ''
  shell.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
  return {
    async paste(command, typed) {
      printed = ''
      shell.stdin.write(`${command?.command}\n${typed === undefined ? '' : `${typed}\n`}printf '${mark}'\n`)
      await untilFound(() => printed.includes(mark) || undefined)
      return printed.replace(mark, '')
    },
    end: () => shell.stdin.end(),
  }
}

/** What the browser brings back from a sign-in at the IDM, and the page that it comes to. */
async function signInForACode(address: string, { email, password }: Person): Promise<{ code: string; page: string }> {
  const browser = openBrowser()
  const request = fieldOf(await browser.get(address), 'request')
  const { location = '' } = await browser.post(new URL('auth', address).href, { request, login: email, password, answer: 'password' })
  const { text } = await browser.get(location)
  return { code: new URL(location).searchParams.get('code') ?? '', page: text }
}

describe('the commands that a demo prints', () => {
  it('work as they are printed, one after the other: a token, its refreshing, and two ways of having it checked', async () => {
    const installation = stage.newInstallation()
    const server = await installation.serve({ demo: true })
    const sections = readCommands(server.stdout())
    expect(sections).toHaveLength(DOORS.length + 4)
    const isVoipex = ([first]: readonly PrintedCommand[]) => first?.title === 'Get an access token'
    const isSmartflo = ([first]: readonly PrintedCommand[]) => first?.title === 'Request a token'
    expect(sections.filter(isSmartflo)).toHaveLength(DOORS.length)
    for (const commands of sections.filter(isSmartflo)) {
      expect(commands.map(({ title }) => title)).toEqual([
        'Request a token',
        'Request a token and keep it in TOKEN',
        'Refresh the token',
        'Ask, as the API that is called, whether the token is good',
        'Ask as a gateway does: the status alone decides',
      ])
      const [asked, kept, refreshed, introspected, verified] = await paste(commands)
      expect(JSON.parse(asked ?? '')).toMatchObject({ success: true, token_type: 'bearer', expires_in: 3600 })
      expect(kept).toBe('')
      expect(JSON.parse(refreshed ?? '')).toMatchObject({ success: true, token_type: 'bearer', expires_in: 3600 })
      expect(JSON.parse(introspected ?? '')).toMatchObject({ active: true })
      expect(verified).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    }

    const voipex = sections.find(isVoipex) ?? []
    expect(voipex.map(({ title }) => title)).toEqual([
      'Get an access token',
      'Get tokens, in ACCESS_TOKEN and REFRESH_TOKEN',
      'Refresh',
      'Ask whose token it is',
      'Get the token of an access that may impersonate, in ACTOR_TOKEN',
      'Get the tokens of a person of the same company',
    ])
    const [got, kept, renewed, described, keptActor, impersonated] = await paste(voipex)
    for (const answer of [got, renewed, impersonated]) {
      expect(JSON.parse(answer ?? '')).toMatchObject({
        expires_in: 3000,
        refresh_expires_in: 7200,
        token_type: 'Bearer',
        scope: 'profile email',
      })
    }
    expect([kept, keptActor]).toEqual(['', ''])
    expect(JSON.parse(described ?? '')).toMatchObject({ name: 'Demo switchboard', email: 'voipex@demo.example' })
    const { access_token: token } = JSON.parse(impersonated ?? '')
    const { email } = readDemo(installation).voipex.impersonation
    expect(claimsOf(token)).toMatchObject({ preferred_username: email, name: 'Anna Demo', realm_access: { roles: ['agent'] } })
  })

  it('lead through a VPaaS login, with the page in the middle, to tokens, and a person types in nothing but the code', async () => {
    const installation = stage.newInstallation()
    const server = await installation.serve({ demo: true })
    const commands = commandsThat(server.stdout(), 'Trigger the login')
    const { email, password } = readDemo(installation).vpaas
    expect(commands.map(({ title }) => title)).toEqual([
      `Trigger the login, and open the address in a browser. Sign in as ${email} with the password '${password}'`,
      'Type in the authCode that the page shows, within a minute: it is exchanged for tokens, in ACCESS_TOKEN and REFRESH_TOKEN',
      'Ask whose token it is',
      'Refresh the token',
    ])
    const [trigger, exchange, userInfo, refresh] = commands
    const shell = openShell()
    const tokensOf = (printed: string) => {
      const { accessToken, refreshToken, ...more } = JSON.parse(printed)
      expect(more).toMatchObject({ expiresIn: 14_399, scope: 'CompApp' })
      return { accessToken, refreshToken }
    }
    const [, location = ''] = /^Redirect to (\S+)$/.exec(await shell.paste(trigger)) ?? []
    const { authCode } = await signInAt(location, { email, password })
    const first = tokensOf(await shell.paste(exchange, authCode))
    expect(JSON.parse(await shell.paste(userInfo))).toMatchObject({ name: 'Anna Demo', email })
    const second = tokensOf(await shell.paste(refresh))
    expect(second.accessToken).not.toBe(first.accessToken)
    // The shell has the newer tokens now.
    expect(JSON.parse(await shell.paste(userInfo))).toMatchObject({ email })
    expect(tokensOf(await shell.paste(refresh)).refreshToken).not.toBe(second.refreshToken)
    shell.end()
  })

  it('lead through a sign-in at the IDM to tokens, and to what a gateway and an API are told of one', async () => {
    const installation = stage.newInstallation()
    const server = await installation.serve({ demo: true })
    const [start, exchange, refresh] = commandsThat(server.stdout(), 'Get an address')
    const shell = openShell()
    const address = (await shell.paste(start)).trim()
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/oauth2\/auth\?client_id=idm-demo-app&.*&code_challenge=[\w-]{43}$/)
    const { code, page } = await signInForACode(address, readDemo(installation).idm)
    expect(page).toContain(`value="${code}"`)
    const first = JSON.parse(await shell.paste(exchange, code))
    expect(first).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'offline_access smarthub' })
    expect(JSON.parse(await shell.paste(refresh))).toMatchObject({ token_type: 'Bearer', expires_in: 3600 })

    const [verify, introspect, keys] = commandsThat(server.stdout(), 'Paste in any token')
    expect(await shell.paste(verify, first.access_token)).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(JSON.parse(await shell.paste(introspect))).toMatchObject({ active: true, client_id: 'idm-demo-app' })
    expect(JSON.parse(await shell.paste(keys)).keys.length).toBeGreaterThan(0)
    expect(await shell.paste(verify, 'no-token')).toMatch(/^HTTP\/1\.1 401 /)
    shell.end()
  })
})

describe('a second start of the demo', () => {
  it('keeps demo.json byte for byte, and the tokens of the first', async () => {
    const installation = stage.newInstallation()
    const variables = { RINGKEY_PORT: await findFreePort() }
    const first = await installation.serve({ demo: true, variables })
    const file = join(installation.dataDir, 'demo.json')
    const written = readFileSync(file)
    const demo = readDemo(installation)
    const tokens = await Promise.all(DOORS.map(async (door) => tokenOf(await createCaller(demo[door].baseUrl).signIn(demo[door]))))
    await first.end('SIGINT')

    const second = await installation.serve({ demo: true, variables })
    expect(readFileSync(file).equals(written)).toBe(true)
    expect(second.stdout()).toBe(first.stdout())
    for (const [index, door] of DOORS.entries()) {
      const caller = createCaller(demo[door].baseUrl)
      const token = tokens[index] ?? ''
      expect((await caller.verify(token)).status).toBe(200)
      expect(JSON.parse((await caller.introspect(demo[door].apiKey, token)).text)).toMatchObject({ active: true })
      tokenOf(await caller.refresh(token))
      tokenOf(await caller.signIn(demo[door]))
      caller.close()
    }
  })

  it('completes one that was killed, wherever that was', async () => {
    const events = (count: number) => (stderr: string) => stderr.split('"event"').length > count
    const instants = [(_: string, dataDir: string) => existsSync(join(dataDir, 'master.key')), ...[1, 6].map(events)]
    for (const isReached of instants) {
      const installation = stage.newInstallation()
      const killed = installation.begin({ demo: true })
      await untilFound(() => isReached(killed.stderr(), installation.dataDir) || undefined)
      await killed.end('SIGKILL')
      await expectWorks(installation)
    }
  })

  it.for(['^openat', '^write', '^fsync', '^rename', '^link'])(
    'completes one that was killed while it wrote its master key or demo.json, at its first %s',
    async (call, context) => {
      if (strace === undefined && process.env.CI !== 'true') return context.skip('strace is not installed')
      const installation = stage.newInstallation()
      const files = ['master.key', 'demo.json', 'demo.json.new'].map((name) => join(installation.dataDir, name))
      const killed = installation.begin({ demo: true, under: killedAt(call, files) })
      let hasGone = false
      killed.ended.then(() => {
        hasGone = true
      })
      await untilFound(() => hasGone || killed.stdout().includes('Ringkey listens') || undefined)
      expect(hasGone, 'it was killed').toBe(true)
      await expectWorks(installation)
    },
  )

  it('leaves switched off what an operator has switched off', async () => {
    const installation = stage.newInstallation()
    await (await installation.serve({ demo: true })).end('SIGTERM')
    await installation.ask('tenant', 'disable', 'servetel')
    await installation.serve({ demo: true })
    const { smartflo, servetel } = readDemo(installation)
    tokenOf(await createCaller(smartflo.baseUrl).signIn(smartflo))
    expect((await createCaller(servetel.baseUrl).signIn(servetel)).status).toBe(404)
  })

  it('that cannot read demo.json says what to do, and ends', async () => {
    const installation = stage.newInstallation()
    await (await installation.serve({ demo: true })).end('SIGTERM')
    writeFileSync(join(installation.dataDir, 'demo.json'), '{ "smartflo": {')
    const { code, stderr } = await installation.begin({ demo: true }).ended
    expect(code).toBe(1)
    expect(stderr).toMatch(/demo\.json cannot be read; delete it to get new demo passwords and keys/)
  })
})
