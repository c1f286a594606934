/** A text message on its whole way: asked for at a door, charged, and handed to a message centre that speaks SMPP. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import smpp, { type PDU } from 'smpp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCaller, tokenOf } from './caller.ts'
import { readDemo } from './demo-settings.ts'
import { openStage, untilFound } from './launch.ts'

const stage = openStage()
const PASSWORD = 'eight888'
const submitted: PDU[] = []
const centre = smpp.createServer((session) => {
  session.on('error', () => session.destroy())
  session.on('pdu', (pdu: PDU) => {
    if (pdu.isResponse()) return
    const isStranger = pdu.command === 'bind_transceiver' && pdu.password !== PASSWORD
    if (pdu.command === 'submit_sm') submitted.push(pdu)
    session.send(pdu.response({ command_status: isStranger ? 0x0e : 0 }))
    if (pdu.command === 'submit_sm') session.send(new smpp.PDU('deliver_sm', { esm_class: 4, message_state: 2, short_message: '' }))
  })
})
beforeAll(async () => {
  centre.listen(0, '127.0.0.1')
  await once(centre, 'listening')
})
afterAll(() => centre.close())

describe('a text message', () => {
  it.each([1, 2])(
    'goes to the message centre whatever process was asked (%i), its receipt is counted, and its code is good once',
    async (workers) => {
      submitted.length = 0
      const installation = stage.newInstallation()
      const { port } = centre.address() as AddressInfo
      const server = await installation.serve({
        demo: true,
        workers,
        variables: {
          RINGKEY_SMS_URL: `smpp://ringkey@127.0.0.1:${port}?from=Ringkey`,
          RINGKEY_SMS_SECRET: PASSWORD,
          RINGKEY_METRICS_PORT: '0',
        },
      })
      await installation.ask('tenant', 'set-phones', 'servetel', '--countries', 'IN')
      const caller = createCaller(`${server.url}/t/servetel`)
      const token = tokenOf(await caller.signIn(readDemo(installation).servetel))
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
      const post = (path: string, body: object) => caller.call(path, { method: 'POST', headers, body: JSON.stringify(body) })

      const asked = await post('/v1/otp/dnc/send', { mobile_number: '9820098200' })
      expect(asked.status, asked.text).toBe(200)
      const [message = expect.fail('nothing came')] = submitted
      const text = (message.short_message as { readonly message: string }).message
      expect([message.destination_addr, message.source_addr]).toEqual(['919820098200', 'Ringkey'])
      const [code = ''] = /\d{4}/.exec(text) ?? []
      const given = { id: (JSON.parse(asked.text) as { readonly id: number }).id, otp: code }
      expect((await post('/v1/otp/dnc/verify', given)).status).toBe(200)
      expect((await post('/v1/otp/dnc/verify', given)).status).toBe(400)
      expect(submitted).toHaveLength(1)
      const metrics = createCaller(server.metricsUrl ?? '')
      await untilFound(async () => ((await metrics.call('/metrics')).text.includes('receipt="delivered"') ? true : undefined))
      const { text: figures } = await metrics.call('/metrics')
      expect(figures).toMatch(/^ringkey_messages_total\{answer="sent"\} 1$/m)
      expect(figures).toMatch(/^ringkey_message_receipts_total\{receipt="delivered"\} 1$/m)
      for (const one of [caller, metrics]) one.close()
      const { code: exit, stdout, stderr } = await server.end('SIGTERM')
      expect(exit).toBe(0)
      expect(stdout + stderr).not.toContain(code)
      expect(stdout + stderr).not.toContain('9820098200')
      expect(stdout + stderr).not.toContain(PASSWORD)
    },
  )
})
