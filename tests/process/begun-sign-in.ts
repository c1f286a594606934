import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'

/** A request that the server has begun to read, and that waits for its body. */
export async function beginSignIn(url: string, body: string): Promise<{ finish(): Promise<IncomingMessage> }> {
  const begun = request(`${url}/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)), expect: '100-continue' },
  })
  begun.flushHeaders()
  await once(begun, 'continue')
  return {
    async finish() {
      begun.end(body)
      const [response] = await once(begun, 'response')
      response.resume()
      await once(response, 'end')
      return response
    },
  }
}
