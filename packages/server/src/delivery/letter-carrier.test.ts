import { expect, test } from 'vitest'
import type { MailAddress } from '../domain/mail-address.ts'
import { createLetterCarrier } from './letter-carrier.ts'
import type { LetterAnswer, MailMessage, NoticeLetter } from './message.ts'

const LETTER: NoticeLetter = {
  id: 'letter-1',
  to: 'anna@acme.example' as MailAddress,
  language: 'en',
  notice: 'password_changed',
  host: 'tokens.example',
}

/** A carrier, and a mail server whose answers a test gives, one after the other. */
function aCarrier(limits: { deadlineMs?: number; stopMs?: number } = {}) {
  const heard: MailMessage[] = []
  const waiting: ((answer: LetterAnswer) => void)[] = []
  const told: LetterAnswer[] = []
  const healths: boolean[] = []
  let deadline: AbortSignal | undefined
  const carrier = createLetterCarrier({
    gateway: {
      send(message, signal) {
        heard.push(message)
        deadline = signal
        return new Promise((resolve) => waiting.push(resolve))
      },
      stop: async () => {
        for (const resolve of waiting.splice(0)) resolve('unknown')
      },
    },
    onAnswer: (answer) => told.push(answer),
    onHealth: (isWell) => healths.push(isWell),
    limits,
  })
  const carry = (answer: LetterAnswer) => {
    const carried = carrier.carry(LETTER)
    waiting.shift()?.(answer)
    return carried
  }
  return { carrier, heard, told, healths, carry, answer: (answer: LetterAnswer) => waiting.shift()?.(answer), deadline: () => deadline }
}

test('a letter is handed over with its text, and what became of it is told', async () => {
  const { carry, heard, told } = aCarrier()
  expect(await carry('sent')).toBe('sent')
  expect(heard).toMatchObject([{ id: 'letter-1', to: 'anna@acme.example', subject: 'The password of your account was changed' }])
  expect(told).toEqual(['sent'])
})

test('after five letters that did not leave the server is not well, until one leaves; an unknown recipient says nothing of it', async () => {
  const { carrier, carry, healths } = aCarrier()
  for (const answer of ['not_sent', 'unknown', 'not_sent', 'not_sent', 'refused', 'not_sent', 'not_sent', 'not_sent', 'not_sent'] as const)
    await carry(answer)
  expect([carrier.isWell(), healths]).toEqual([true, []])
  await carry('not_sent')
  await carry('not_sent')
  expect([carrier.isWell(), healths]).toEqual([false, [false]])
  await carry('sent')
  expect([carrier.isWell(), healths]).toEqual([true, [false, true]])
})

test('the end waits a little for what is under way, and begins nothing more', async () => {
  const { carrier, answer, heard } = aCarrier({ stopMs: 60_000 })
  const carrying = carrier.carry(LETTER)
  const stopping = carrier.stop()
  expect(await carrier.carry(LETTER)).toBe('not_sent')
  answer('sent')
  await stopping
  expect([await carrying, heard.length]).toEqual(['sent', 1])
})

test('the end does not wait for ever: what a server has not confirmed by then is unknown', async () => {
  const { carrier } = aCarrier({ stopMs: 5 })
  const carrying = carrier.carry(LETTER)
  await carrier.stop()
  expect(await carrying).toBe('unknown')
})

test('nobody waits for a server beyond the deadline', async () => {
  const { carrier, answer, deadline } = aCarrier({ deadlineMs: 5 })
  const carrying = carrier.carry(LETTER)
  await new Promise((resolve) => deadline()?.addEventListener('abort', resolve))
  answer('unknown')
  expect(await carrying).toBe('unknown')
})
