/** What is kept of one sign-in: whether its token is good and can be renewed, who is at it, and how the last attempt ended. */
import type { ErrorCode, Status } from '@ringkey/client'
import type { Finding } from '../../finding.ts'
import { type NamedSignIn, signInCommand } from '../open-sign-in.ts'

const SOON_MS = 7 * 86_400_000

/** @param at now, by this machine's clock */
export function lookAtSignIn(named: NamedSignIn, status: Status, at: number): readonly Finding[] {
  return [describeToken(named, status, at), describeLock(named, status), ...describeFailure(named, status)]
}

function describeToken(named: NamedSignIn, status: Status, at: number): Finding {
  const { isSignedIn, expiresAt, canRenew, onHoldUntil, refusedAt } = status
  const about = { check: 'token', of: named.name }
  const signIn = `Run: ${signInCommand(named)}`
  if (refusedAt !== undefined) {
    return { ...about, found: `The platform has refused it (at ${instantOf(refusedAt)}).`, remedy: signIn, exit: 'signInNeeded' }
  }
  const isGood = isSignedIn && (expiresAt === undefined || expiresAt.getTime() > at)
  if (!isGood && !canRenew) {
    const found = isSignedIn ? `It has ended (${instantOf(expiresAt)}), and cannot be renewed.` : 'Nobody is signed in.'
    return { ...about, found, remedy: signIn, exit: 'signInNeeded' }
  }
  if (!isGood && onHoldUntil !== undefined && onHoldUntil.getTime() > at) {
    const found = `It has ended, and the platform asks to be left alone until ${instantOf(onHoldUntil)}.`
    return { ...about, found, remedy: `Wait ${spanOf(onHoldUntil.getTime() - at)}, and ask less often.`, exit: 'rateLimited' }
  }
  if (!isGood) return { ...about, found: isSignedIn ? 'It has ended; the next call renews it.' : 'There is none; the next call signs in.' }
  if (expiresAt === undefined) return { ...about, found: 'It is good; the platform does not say until when.' }
  const found = `It is good for ${spanOf(expiresAt.getTime() - at)}, until ${instantOf(expiresAt)}`
  if (canRenew) return { ...about, found: `${found}, and is renewed by itself.` }
  if (expiresAt.getTime() - at > SOON_MS) return { ...about, found: `${found}, and is not renewed.` }
  return { ...about, found: `${found}, and cannot be renewed.`, remedy: `Before that, run: ${signInCommand(named)}` }
}

function describeLock({ name }: NamedSignIn, { renewer }: Status): Finding {
  const about = { check: 'lock', of: name }
  if (renewer === undefined) return { ...about, found: 'It is free.' }
  const { process, isAlive } = renewer
  if (isAlive) return { ...about, found: `Process ${process} holds it, and lives: it renews now.` }
  const remedy = 'Nothing: the next call takes it over.'
  if (isAlive === false) return { ...about, found: `Process ${process} holds it, and has died.`, remedy }
  const found = 'A process on another host, or in another container, holds it: it renews now, or has died.'
  return { ...about, found, remedy: 'Nothing: the next call takes it over when it has not moved for its length.' }
}

function describeFailure({ name }: NamedSignIn, { lastFailure, unansweredSince, renewer }: Status): readonly Finding[] {
  const about = { check: 'last renewal', of: name }
  if (lastFailure !== undefined) {
    const found = `It failed (${lastFailure.code}) at ${instantOf(lastFailure.at)}.`
    return [{ ...about, found, remedy: ADVICE[lastFailure.code] }]
  }
  if (unansweredSince === undefined || renewer?.isAlive === true) return []
  const found = `It was begun at ${instantOf(unansweredSince)}, and its answer was lost: the process was ended, or the network failed.`
  return [{ ...about, found, remedy: 'Nothing: the next call asks again, or signs in anew where that is safer.' }]
}

const ADVICE: { readonly [Code in ErrorCode]: string } = {
  reauthentication_required: 'Sign in again.',
  credentials_refused: 'Sign in again, with the password of now.',
  rate_limited: 'Ask less often: one sign-in, not one for each call.',
  network: 'Look at the network; the next call tries again.',
  timeout: 'Look at the network; the next call tries again.',
  unavailable: 'The platform was in trouble; the next call tries again.',
  unexpected_answer: 'Look at the address of the sign-in, and ask the platform.',
  store_unavailable: 'Look at the files.',
  configuration: 'Correct the address, the client id or the API key: sign in again.',
}

function instantOf(instant: Date | undefined): string {
  return instant === undefined ? 'unknown' : instant.toISOString().replace(/\.\d+Z$/, 'Z')
}

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
] as const

function spanOf(ms: number): string {
  const [size, unit] = UNITS.find(([each]) => ms >= 2 * each) ?? [1000, 's']
  return `${Math.floor(ms / size)} ${unit}`
}
