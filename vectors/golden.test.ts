/** Replays every golden exchange over a real socket against the real server. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../packages/server/src/http/testing/start-test-server.ts'
import { readExchanges, replayExchange, type Variables } from './exchange.ts'
import { GOLDEN_FOLDERS } from './folders.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

for (const [folder, door] of Object.entries(GOLDEN_FOLDERS)) {
  const exchanges = await readExchanges(join(import.meta.dirname, folder))

  describe(folder, () => {
    let variables: Variables
    beforeAll(async () => {
      variables = await server.furnish(folder, door)
    })

    test('there are exchanges', () => expect(exchanges.length).toBeGreaterThan(10))
    test.each(exchanges.map((exchange) => [exchange.name, exchange] as const))('%s', async (_name, exchange) => {
      expect(await replayExchange(exchange, server.port, variables)).toEqual([])
    })
  })
}
