/** What is compared. Each workload makes the same lanes for either server, from what that server has issued. */
import { openConnection } from './connection.ts'
import { ACCOUNTS, type Contender } from './contenders.ts'
import type { Lane } from './measure.ts'
import { expectActive, readToken, writeIntrospection, writeLogin, writeRefresh } from './requests.ts'

export interface Workload {
  readonly name: string
  /** On each connection, before anything counts: code that has run seldom runs slowly. */
  readonly warmUpRequests: number
  makeLanes(contender: Contender, size: Size): Promise<Lane[]>
}

export interface Size {
  /** Sign-in has one an account, and so fewer. */
  readonly connections: number
  /** How much is prepared for each connection: 1 is the whole, less is for a quick look. */
  readonly share: number
}

const TOKENS_PER_CONNECTION = 32

const refresh: Workload = {
  name: 'refresh',
  warmUpRequests: 200,
  makeLanes: (contender, { connections }) =>
    withAsk(contender, (ask) =>
      inTurn(connections, async (index) => {
        let token = readToken(await ask(writeLogin(accountOf(index))))
        return {
          next: () => writeRefresh(token),
          take(body) {
            token = readToken(body)
          },
        }
      }),
    ),
}

const introspection: Workload = {
  name: 'introspection',
  warmUpRequests: 200,
  makeLanes: (contender, { connections, share }) =>
    withAsk(contender, (ask) =>
      inTurn(connections, async (index) => {
        const tokens = [readToken(await ask(writeLogin(accountOf(index))))]
        for (let count = 1; count < TOKENS_PER_CONNECTION * share; count += 1)
          tokens.push(readToken(await ask(writeRefresh(tokens.at(-1) ?? ''))))
        const requests = tokens.map((token) => writeIntrospection(token, contender.apiKey))
        let sent = 0
        return {
          next() {
            sent += 1
            return requests[sent % requests.length] ?? ''
          },
          take: expectActive,
        }
      }),
    ),
}

const signIn: Workload = {
  name: 'sign-in',
  warmUpRequests: 20,
  makeLanes: async (_contender, { connections }) =>
    ACCOUNTS.slice(0, connections).map((account) => ({ next: () => writeLogin(account), take: readToken })),
}

/** Sign-in comes last: it makes the most rows. */
export const WORKLOADS: readonly Workload[] = [refresh, introspection, signIn]

function accountOf(index: number): string {
  return ACCOUNTS[index % ACCOUNTS.length] ?? ''
}

async function inTurn<Made>(count: number, make: (index: number) => Promise<Made>): Promise<Made[]> {
  const all: Made[] = []
  for (let index = 0; index < count; index += 1) all.push(await make(index))
  return all
}

/** For what a workload needs before it is measured. */
async function withAsk<Result>(
  { server }: Contender,
  work: (ask: (request: string) => Promise<string>) => Promise<Result>,
): Promise<Result> {
  const connection = await openConnection(server.port)
  try {
    return await work(async (request) => {
      const { status, body } = await connection.ask(request)
      if (status !== 200) throw new Error(`a request was answered ${status}: ${body}`)
      return body
    })
  } finally {
    connection.close()
  }
}
