import { expect, test } from 'vitest'
import { parseWebOrigin } from './web-origin.ts'

test.each(['https://app.example', 'https://app.example:8443', 'http://localhost:5173', 'http://127.0.0.1:3000', 'http://[::1]:3000'])(
  'S96: %s is an origin',
  (text) => {
    expect(parseWebOrigin(text)).toBe(text)
  },
)

test.each([
  'https://app.example/',
  'https://app.example/path',
  'https://APP.example',
  'https://app.example:443',
  'https://user@app.example',
  'https://*.example',
  'http://app.example',
  'http://localhost.example',
  'ftp://app.example',
  'app.example',
  'null',
  '*',
  '',
])('S96: %j is none', (text) => {
  expect(parseWebOrigin(text)).toBeUndefined()
})
