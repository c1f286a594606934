import { readFileSync } from 'node:fs'
import { connect } from 'node:tls'
import { Agent, request } from 'node:https'
import { accept } from '../domain/outcome.ts'
import { aCheckedToken, startApp } from './testing/start-app.ts'
const app = await startApp({ server: { tls: { cert: readFileSync('/tmp/c.pem'), key: readFileSync('/tmp/k.pem') } }, servesHttps: true, useCases: { authorizeCall: async () => { await new Promise((r) => setTimeout(r, 1500)); return accept(aCheckedToken()) } } })
const get = (path: string) => new Promise((resolve, reject) => request({ port: app.port, host: 'localhost', path, rejectUnauthorized: false, agent: new Agent({ keepAlive: true }), headers: { authorization: 'Bearer a' } }, (res) => { res.resume(); res.on('end', () => resolve([res.statusCode, res.headers.connection, res.headers['strict-transport-security']])) }).on('error', reject).end())
console.log(await get('/livez'))
const silent = connect({ port: app.port, host: 'localhost', rejectUnauthorized: false }); silent.on('error', () => {})
const slow = get('/verify')
await new Promise((r) => setTimeout(r, 200))
const t = Date.now()
const stopping = app.stop()
console.log(await slow, 'slow done', Date.now() - t)
await stopping
console.log('stopped', Date.now() - t)
// performance
const fast = await startApp({ useCases: { authorizeCall: async () => accept(aCheckedToken()) } })
const { createConnection } = await import('node:net')
const s = createConnection(fast.port, '127.0.0.1')
const one = 'GET /verify?scope=a HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer a.b.c\r\n\r\n'
let got = 0
await new Promise<void>((resolve) => {
  const N = 20000, W = 16
  let sent = 0; let cpu = process.cpuUsage()
  s.on('data', (d) => { let i = -1; const text = d.toString('latin1'); while ((i = text.indexOf('HTTP/1.1 200', i + 1)) >= 0) { got++; if (got === 5000) cpu = process.cpuUsage(); if (sent < N) { sent++; s.write(one) } } if (got >= N) { const c = process.cpuUsage(cpu); console.log('cpu us/request incl. client', (c.user + c.system) / (N - 5000)); resolve() } })
  for (; sent < W; sent++) s.write(one)
})
s.destroy(); await fast.stop()
