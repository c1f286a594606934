/** What is kept of a person, as the file that the person gets. Its members are promised: programs read it. */
import { Type } from 'typebox'
import type { OwnData } from '../../use-cases/use-cases.ts'
import { text } from '../describing.ts'

const instant = (description: string) => text(`${description} RFC 3339, in UTC.`)
const instantOrNull = (description: string) => Type.Union([instant(description), Type.Null()])
const textOrNull = (description: string) => Type.Union([text(description), Type.Null()])

const Account = Type.Object({
  id: text('The account.'),
  name: textOrNull('What the person is called.'),
  loginIds: Type.Array(Type.String(), { description: 'What the person signs in with: e-mail addresses, telephone numbers, names.' }),
  organisation: textOrNull('What the account belongs to.'),
  roles: Type.Array(Type.String()),
  mayImpersonate: Type.Boolean({ description: 'Whether it may get tokens of other accounts of its organisation.' }),
  language: textOrNull('In which the person reads (BCP 47).'),
  createdAt: instant('When the account was made.'),
  passwordSetAt: instant('When the password was last set.'),
})

const Session = Type.Object({
  id: text('The session.'),
  application: text('What the application is called.'),
  scope: text('What the application may do, separated by blanks.'),
  startedAt: instant('When the person signed in.'),
  lastUsedAt: instant('When it was last used.'),
  expiresAt: instant('When it ends unless it is used.'),
  device: textOrNull('What the person has signed in with: program and system.'),
  addressBlock: textOrNull('Where from.'),
  isPassing: Type.Boolean({ description: 'Whether nothing of it stays in the browser: it ends when the application has its tokens.' }),
  isThisBrowser: Type.Boolean({ description: 'Whether it is that of the browser that has asked for this file.' }),
  isImpersonation: Type.Boolean({ description: 'Whether somebody else has made it who may act for the person.' }),
})

const PermanentToken = Type.Object({
  id: text('The token; not what a program sends.'),
  name: Type.String(),
  application: text('What the application is called.'),
  scope: text('What it may be used for, separated by blanks.'),
  issuedAt: instant('When it was made.'),
  expiresAt: instant('When it ends.'),
  revokedAt: instantOrNull('When it was ended before.'),
  lastUsedAt: instantOrNull('To within a minute.'),
})

const Event = Type.Object({
  at: instant('When.'),
  action: text('What happened.'),
  by: Type.Union(
    [Type.Literal('you'), Type.Literal('operator'), Type.Literal('system'), Type.Literal('unknown'), Type.Literal('another_account')],
    { description: 'Who did it. `unknown`: nobody has proved to be anybody.' },
  ),
  subject: textOrNull('What it was done to.'),
  addressBlock: textOrNull('Where from, unless it was somebody else.'),
  details: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
})

export const OwnDataFile = Type.Object(
  {
    version: Type.Literal(1, { description: 'Of this shape. A new one has members that mean something else, not just more of them.' }),
    exportedAt: instant('When this was written.'),
    account: Account,
    sessions: Type.Array(Session, { description: 'Where the person is signed in, newest first.' }),
    applications: Type.Array(Type.Object({ clientId: Type.String(), name: Type.String() }), {
      description: 'Those with a session or a permanent token.',
    }),
    permanentTokens: Type.Array(PermanentToken),
    knownAddressBlocks: Type.Array(Type.Object({ addressBlock: Type.String(), lastAt: instant('When last.') }), {
      description: 'Where the person has signed in from.',
    }),
    devices: Type.Array(
      Type.Object({
        description: textOrNull('What it said that it was: program and system.'),
        firstAt: instant('When first.'),
        lastAt: instant('When last.'),
      }),
      { description: 'The browsers that the person has signed in with, but for those that were not seen for long.' },
    ),
    events: Type.Array(Event, { description: 'Newest first.' }),
    eventsAreComplete: Type.Boolean({ description: 'false: there are older ones than these.' }),
  },
  { title: 'OwnData' },
)

/** The file as text: read by people too. */
export function writeOwnData(own: OwnData): string {
  const { account, organisation } = own
  const document: Type.Static<typeof OwnDataFile> = {
    version: 1,
    exportedAt: iso(own.exportedAt),
    account: {
      id: account.id,
      name: account.name ?? null,
      loginIds: [...account.loginIds],
      organisation: organisation ?? null,
      roles: [...account.roles],
      mayImpersonate: account.mayImpersonate,
      language: account.language ?? null,
      createdAt: iso(account.createdAt),
      passwordSetAt: iso(account.passwordSetAt),
    },
    sessions: own.sessions.map(({ session, applicationName, isThisBrowser, isImpersonation }) => ({
      id: session.id,
      application: applicationName,
      scope: session.scope,
      startedAt: iso(session.startedAt),
      lastUsedAt: iso(session.advancedAt),
      expiresAt: iso(session.expiresAt * 1000),
      device: session.origin.device ?? null,
      addressBlock: session.origin.block ?? null,
      isPassing: session.origin.isPassing,
      isThisBrowser,
      isImpersonation,
    })),
    applications: own.applications.map(({ clientId, name }) => ({ clientId, name })),
    permanentTokens: own.permanentTokens.map(({ token, applicationName }) => ({
      id: token.id,
      name: token.name,
      application: applicationName,
      scope: token.scope,
      issuedAt: iso(token.issuedAt),
      expiresAt: iso(token.expiresAt * 1000),
      revokedAt: isoOrNull(token.revokedAt),
      lastUsedAt: isoOrNull(token.lastUsedAt),
    })),
    knownAddressBlocks: own.places.map(({ block, lastAt }) => ({ addressBlock: block, lastAt: iso(lastAt) })),
    devices: own.devices.map(({ description, firstAt, lastAt }) => ({
      description: description ?? null,
      firstAt: iso(firstAt),
      lastAt: iso(lastAt),
    })),
    events: own.events.map(({ at, action, by, subject, addressBlock, details }) => ({
      at: iso(at),
      action,
      by,
      subject: subject ?? null,
      addressBlock: addressBlock ?? null,
      details: { ...details },
    })),
    eventsAreComplete: own.isComplete,
  }
  return `${JSON.stringify(document, undefined, 2)}\n`
}

function iso(at: number): string {
  return new Date(at).toISOString()
}

function isoOrNull(at: number | undefined): string | null {
  return at === undefined ? null : iso(at)
}
