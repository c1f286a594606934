import { askFirst, curlCommand, keepMembers, quoteForShell, SHOW_KEPT } from '../curl-command.ts'
import type { DemoCommand, DemoKit, DemoSettings, DoorDemo } from '../door-demo.ts'
import { PATHS as GUIDE_PATHS } from '../guide/wire.ts'
import { DOOR, PATHS } from './wire.ts'

const APPLICATION = { clientId: 'idm-demo-app', door: DOOR, name: 'Demo web application' }

/** A person, and a web application whose page is the one that shows the code (`../guide/try.ts`). */
export function createDemo(): DoorDemo {
  return {
    async prepare(kit) {
      const email = 'idm@demo.example'
      const { password } = await kit.account(email, { name: 'Ines Demo' })
      const redirectUri = redirectUriAt(kit)
      await kit.application({ ...APPLICATION, redirectUris: [redirectUri] })
      return { clientId: APPLICATION.clientId, redirectUri, email, password }
    },
    async move(kit, before) {
      const redirectUri = redirectUriAt(kit)
      await kit.application({ ...APPLICATION, redirectUris: [redirectUri, settingsFrom(before).redirectUri] })
      return { ...before, redirectUri }
    },
    placeholders: () => ({
      clientId: 'YOUR_CLIENT_ID',
      redirectUri: 'YOUR_REDIRECT_URI',
      email: 'YOUR_EMAIL',
      password: 'YOUR_PASSWORD',
    }),
    commands,
  }
}

function redirectUriAt({ baseUrl }: Pick<DemoKit, 'baseUrl'>): string {
  return `${baseUrl}${GUIDE_PATHS.try}/${DOOR}`
}

function settingsFrom({ baseUrl, clientId, redirectUri, email, password }: DemoSettings) {
  if (typeof clientId !== 'string' || typeof redirectUri !== 'string' || typeof email !== 'string' || typeof password !== 'string')
    throw new Error('the settings of the demo of the IDM are not what its preparation made')
  return { baseUrl, clientId, redirectUri, email, password }
}

/** RFC 7636, section 4: the shell keeps the verifier, and the address that the browser opens has its digest. */
function commands(settings: DemoSettings): readonly DemoCommand[] {
  const { baseUrl, clientId, redirectUri, email, password } = settingsFrom(settings)
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    code_challenge_method: 'S256',
  })
  const ask = (form: readonly string[]) =>
    keepMembers(curlCommand({ method: 'POST', url: baseUrl + PATHS.tokens, form: [`client_id=${clientId}`, ...form] }), {
      ACCESS_TOKEN: 'access_token',
      REFRESH_TOKEN: 'refresh_token',
    })
  const start = [
    'VERIFIER=$(openssl rand -hex 32)',
    `CHALLENGE=$(printf '%s' "$VERIFIER" | openssl dgst -sha256 -binary | openssl base64 -A | tr '+/' '-_' | tr -d '=')`,
    `printf '%s\\n' ${quoteForShell(`${baseUrl}${PATHS.authorize}?${query}&code_challenge=`)}"$CHALLENGE"`,
  ]
  const exchange = ask(['grant_type=authorization_code', 'code=$CODE', `redirect_uri=${redirectUri}`, 'code_verifier=$VERIFIER'])
  const refresh = ask(['grant_type=refresh_token', 'refresh_token=$REFRESH_TOKEN'])
  return [
    {
      title: `Get an address, and open it in a browser. Sign in as ${email} with the password ${quoteForShell(password)}`,
      command: start.join('\n'),
    },
    {
      title:
        'Type in the code that the browser brings back, within a minute: it is exchanged for tokens, in ACCESS_TOKEN and REFRESH_TOKEN',
      command: askFirst({ variable: 'CODE', words: 'The code:' }, `${exchange}\n${SHOW_KEPT}`),
    },
    { title: 'Refresh the token', command: `${refresh}\n${SHOW_KEPT}` },
  ]
}
