import { EXIT } from '../exit-codes.ts'
import { type Answer, accept, type Result, stop } from './answer.ts'
import type { KeeperDeps } from './keeper-deps.ts'
import { openNamed } from './open-sign-in.ts'

export interface CallOptions {
  readonly header?: readonly string[]
  readonly bodyFile?: string
  readonly bodyStdin?: true
}

/** One call with the token in its headers. What the platform answers goes to standard output, also where it is a no. */
export async function call(deps: KeeperDeps, name: string, method: string, path: string, options: CallOptions): Promise<Answer> {
  const init = await readInit(deps, method, options)
  if (!init.ok) return init
  const opened = await openNamed(deps, name)
  if (!opened.ok) return opened
  const answer = await send(() => opened.value.connection.fetch(path, init.value))
  if (!answer.ok) return answer
  const { response, body } = answer.value
  return accept({
    document: { status: response.status, headers: Object.fromEntries(response.headers), body: new TextDecoder().decode(body) },
    data: body,
    ...(response.ok ? {} : { notes: [`The platform answered ${response.status}.`] }),
    exit: exitOf(response.status),
  })
}

async function readInit({ streams, readFile }: KeeperDeps, method: string, options: CallOptions): Promise<Result<RequestInit>> {
  if (!/^[A-Za-z]+$/.test(method) || /^(?:connect|trace|track)$/i.test(method))
    return stop('usage', 'METHOD must be GET, POST or the like.')
  const headers = new Headers()
  for (const line of options.header ?? []) {
    const [, field = '', value = ''] = /^([\w!#$%&'*+.^`|~-]+):(.*)$/.exec(line) ?? []
    if (field === '' || /[\0\r\n]/.test(value) || /[^\x20-\xff\t]/.test(value))
      return stop('usage', "A header is written as 'Name: value'.")
    if (isOfPlatform(field)) return stop('usage', `${field} is not given: calls have the sign-in’s own. Leave this --header away.`)
    headers.append(field, value.trim())
  }
  if (options.bodyFile !== undefined && options.bodyStdin) return stop('usage', 'Give one of --body-file and --body-stdin, not both.')
  const body = options.bodyFile !== undefined ? readFile(options.bodyFile) : options.bodyStdin ? await readAll(streams.stdin) : undefined
  if (body !== undefined && 'ok' in body && !body.ok) return stop('usage', 'The file of the body cannot be read as text.')
  const sent = body === undefined ? undefined : 'text' in body ? body.text : body
  if (sent !== undefined && /^(?:get|head)$/i.test(method)) return stop('usage', `${method.toUpperCase()} has no body.`)
  if (sent !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json')
  return accept({ method: method.toUpperCase(), headers, redirect: 'manual', ...(sent === undefined ? {} : { body: sent }) })
}

/** What the command puts on itself, and what would show a secret among the arguments. */
function isOfPlatform(header: string): boolean {
  return ['authorization', 'apikey', 'proxy-authorization'].includes(header.toLowerCase())
}

async function readAll(stdin: AsyncIterable<unknown>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = []
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Uint8Array))
  return new Uint8Array(Buffer.concat(chunks))
}

/** What fails while the answer is read; all before that is told by the client. */
async function send(fetch: () => Promise<Response>): Promise<Result<{ response: Response; body: Uint8Array }>> {
  try {
    const response = await fetch()
    return accept({ response, body: new Uint8Array(await response.arrayBuffer()) })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return stop(
      'networkOrTime',
      'The platform’s answer has broken off. Look at the network and the proxy, and whether the call was carried out.',
    )
  }
}

function exitOf(status: number): number {
  if (status === 401) return EXIT.signInNeeded
  if (status === 429) return EXIT.rateLimited
  if (status >= 500) return EXIT.networkOrTime
  return status >= 400 ? EXIT.refused : EXIT.ok
}
