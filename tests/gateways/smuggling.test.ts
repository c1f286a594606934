/** S102: what a front end takes for one request, the server behind it takes for one, or never sees. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AnsweredRequest } from '../../packages/server/src/http/request-events.ts'
import { HERE, openGatewayStage } from './programs.ts'
import { openRaw } from './raw-connection.ts'
import { proxyServer, type ReverseProxy } from './reverse-proxy.ts'
import { type Certificate, makeCertificate } from './shipped-file.ts'
import { bytesOf, SMUGGLED, SMUGGLING_SET } from './smuggling-set.ts'
import { openTokenHouse, type TokenHouse } from './token-house.ts'

const stage = openGatewayStage()
let certificate: Certificate
let house: TokenHouse
/** What the server has answered. */
const seen: AnsweredRequest[] = []

beforeAll(async () => {
  certificate = makeCertificate(stage.newFolder())
  house = await openTokenHouse({ observe: (answered) => void seen.push(answered) })
})
afterAll(async () => {
  await house.stop()
  expect(house.faults).toEqual([])
})

const NEIGHBOUR = 'GET /.well-known/jwks.json HTTP/1.1\r\nHost: tokens.example\r\n\r\n'

/** Somebody else, at the same time: two requests on a connection, the second of which any idle connection to the server may carry. */
async function askAsNeighbour({ port }: ReverseProxy): Promise<readonly number[]> {
  const connection = await openRaw(port, certificate.pem)
  connection.send(NEIGHBOUR)
  await connection.untilAnswered(1)
  connection.send(NEIGHBOUR)
  await connection.untilAnswered(2)
  await connection.finish()
  expect(connection.received().match(/\{"keys":/g)).toHaveLength(2)
  return connection.statuses()
}

/** Sends bytes, lets neighbours ask while the connection is open, and hands back what the sender was answered and the server has seen. */
async function send(front: ReverseProxy, bytes: string) {
  seen.length = 0
  const connection = await openRaw(front.port, certificate.pem)
  connection.send(bytes)
  await connection.untilAnswered(1) // or refused by closing
  const neighbours = [await askAsNeighbour(front), await askAsNeighbour(front)]
  await connection.finish()
  expect(connection.received(), 'an answer for somebody else').not.toContain('{"keys":')
  const requests = seen.filter(({ route }) => route !== '/.well-known/jwks.json')
  return { statuses: connection.statuses(), neighbours, methods: requests.map(({ method }) => method) }
}

describe.each(HERE)('a request that can be read in two ways, sent to $title', ({ gateway, isHere }) => {
  describe.skipIf(!isHere)('as it is shipped', () => {
    let front: ReverseProxy
    beforeAll(async () => {
      front = await proxyServer(gateway, { stage, certificate, tokensPort: house.port })
    })

    it.each(SMUGGLING_SET)('S102: is one request or none: $title', async (request) => {
      for (const path of ['/verify', '/v1/auth/login']) {
        const { statuses, neighbours, methods } = await send(front, bytesOf(request, path))
        expect(neighbours).toEqual([
          [200, 200],
          [200, 200],
        ])
        // As many answers as there were requests, where the front end has not refused the whole by itself.
        const refused = { answers: 1, methods: [] as string[], isError: true }
        const one = { answers: 1, methods: [request.method], isError: true }
        const two = { answers: 2, methods: [request.method, 'PATCH'], isError: true }
        const outcome = { answers: statuses.length, methods, isError: (statuses[0] ?? 0) >= 400 }
        expect(request.areTwo ? [refused, two] : [refused, one]).toContainEqual(outcome)
      }
    })

    it('is told from two requests: the second of a plain pair is carried out, and seen', async () => {
      const { statuses, methods } = await send(
        front,
        `POST /verify HTTP/1.1\r\nHost: tokens.example\r\nContent-Length: 0\r\n\r\n${SMUGGLED}`,
      )
      expect({ statuses, methods }).toEqual({ statuses: [401, 404], methods: ['POST', 'PATCH'] })
    })
  })
})
