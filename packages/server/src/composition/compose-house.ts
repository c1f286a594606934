/**
 * The composition root: every long-lived object is made here, once, and handed down. `main.ts` calls it with the machine's clock,
 * randomness and files; a test calls it with its own.
 */

import type { Courier, LetterCarrier, TextMessage } from '../delivery/message.ts'
import type { Randomness } from '../domain/randomness.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import { isCommonPassword } from '../passwords/is-common-password.ts'
import type { PasswordHasher } from '../passwords/password-hasher.ts'
import { readPhone } from '../phones/read-phone.ts'
import type { Store } from '../store/store.ts'
import { createKeyMaker } from '../tokens/key-maker.ts'
import { createKeySealing } from '../tokens/key-sealing.ts'
import { createTokenEngine } from '../tokens/token-engine.ts'
import { createAllowCalls } from '../use-cases/allow-calls.ts'
import { createAskForSignInCode } from '../use-cases/ask-for-sign-in-code.ts'
import { createAskToAllowCalls } from '../use-cases/ask-to-allow-calls.ts'
import { createAuthenticateClient } from '../use-cases/authenticate-client.ts'
import { createAuthorizeCall } from '../use-cases/authorize-call.ts'
import { createChargeOfGuess } from '../use-cases/charge-of-guess.ts'
import { createCheckCode } from '../use-cases/check-code.ts'
import { createCheckPassword } from '../use-cases/check-password.ts'
import { createChooseablePassword } from '../use-cases/chooseable-password.ts'
import { createDeliverLetters } from '../use-cases/deliver-letters.ts'
import { createDescribeCaller } from '../use-cases/describe-caller.ts'
import { createDeviceRecognition } from '../use-cases/device-recognition.ts'
import type { DoorCatalogue } from '../use-cases/door-catalogue.ts'
import { createEraseLeavers } from '../use-cases/erase-leavers.ts'
import { createFindTenant } from '../use-cases/find-tenant.ts'
import { createImpersonate } from '../use-cases/impersonate.ts'
import { createIntrospectToken } from '../use-cases/introspect-token.ts'
import { createRefreshSession } from '../use-cases/refresh-session.ts'
import { createRenewSealingKeys } from '../use-cases/renew-sealing-keys.ts'
import { createResolveToken } from '../use-cases/resolve-token.ts'
import { createRetireOldKeys } from '../use-cases/retire-old-keys.ts'
import { createRevokeToken } from '../use-cases/revoke-token.ts'
import { createSendCode } from '../use-cases/send-code.ts'
import { createSignIn } from '../use-cases/sign-in.ts'
import { createSignInWithCode } from '../use-cases/sign-in-with-code.ts'
import { createSignOut } from '../use-cases/sign-out.ts'
import type { UseCases } from '../use-cases/use-cases.ts'
import { createUseRecorder } from '../use-cases/use-recorder.ts'
import { createWriteLetter } from '../use-cases/write-letter.ts'
import { composeLeaving } from './compose-leaving.ts'
import { composeOperators } from './compose-operators.ts'
import { composeOwnAccount } from './compose-own-account.ts'
import { composePageSignIn } from './compose-page-sign-in.ts'
import { composePeople } from './compose-people.ts'

export interface Ingredients {
  readonly store: Store
  readonly clock: Clock
  readonly randomness: Randomness
  /** 32 bytes. */
  readonly masterKey: Buffer
  readonly passwords: PasswordHasher
  /** Brings codes to telephones. */
  readonly texts: Courier<TextMessage>
  /** Whether letters are written, and how many in a day for each tenant. `carrier`: what this process brings them away with, if it does. */
  readonly mail?: { readonly perDay: number; readonly carrier?: LetterCarrier | undefined } | undefined
  readonly doors: DoorCatalogue
  readonly issuerOf: (tenant: Tenant) => string
  readonly events: Events
}

export interface House {
  readonly useCases: UseCases
  /** Writes when API keys and permanent tokens were last used. */
  readonly flushUses: () => Promise<void>
  readonly renewSealingKeys: () => Promise<void>
  /** Ends the keys whose successors have long signed, once nothing that they have made can come back. */
  readonly retireOldKeys: () => Promise<void>
  /** Erases the accounts whose people have left long enough ago. */
  readonly eraseLeavers: () => Promise<void>
  /** Brings away the letters that are due. */
  readonly deliverLetters: () => Promise<void>
}

export function composeHouse(ingredients: Ingredients): House {
  const { store, clock, randomness, passwords, doors, events } = ingredients
  const addKey = (key: Parameters<Store['signingKeys']['add']>[0]) => {
    const created = events.keyCreated(
      { at: key.createdAt, tenantId: key.tenantId, actor: 'system', subject: key.id },
      { purpose: key.purpose, algorithm: key.algorithm },
    )
    return store.signingKeys.add(key, created.audit)
  }
  const tokens = createTokenEngine({
    keys: { list: (tenantId) => store.signingKeys.list(tenantId), add: addKey },
    masterKey: ingredients.masterKey,
    storeId: store.id,
    randomness,
    issuerOf: ingredients.issuerOf,
  })
  const makeKey = createKeyMaker(createKeySealing(ingredients.masterKey, randomness), randomness)
  const useRecorder = createUseRecorder({ clock, ...store })
  const devices = createDeviceRecognition({ ...store, tokens })
  const shared = { ...store, clock, randomness, passwords, tokens, events, doors, devices, makeKey, ...useRecorder }
  const authenticateClient = createAuthenticateClient(shared)
  const resolveToken = createResolveToken(shared)
  const checkPassword = createCheckPassword(shared)

  const readNewPassword = createChooseablePassword({ isCommon: isCommonPassword })
  const writeLetter = createWriteLetter({ ...shared, issuerOf: ingredients.issuerOf, lettersPerDay: ingredients.mail?.perDay })
  const messaging = { readPhone, writeLetter, courier: ingredients.texts, issuerOf: ingredients.issuerOf }
  const chargeOfGuess = createChargeOfGuess(shared)
  const sendCode = createSendCode({ ...shared, ...messaging, chargeOfGuess })
  const checkCode = createCheckCode({ ...shared, chargeOfGuess })

  const useCases: UseCases = {
    ...composePageSignIn({ ...shared, ...messaging, authenticateClient, resolveToken, checkPassword }),
    ...composePeople({ ...shared, ...messaging, readNewPassword, sendCode, checkCode }),
    ...composeOwnAccount({ ...shared, ...messaging, readNewPassword, checkPassword, sendCode, checkCode }),
    ...composeLeaving({ ...shared, ...messaging, readPhone, checkPassword }),
    ...composeOperators({ ...shared, store, readNewPassword }),
    askToAllowCalls: createAskToAllowCalls({ ...shared, resolveToken, sendCode }),
    allowCalls: createAllowCalls({ ...shared, resolveToken, checkCode }),
    askForSignInCode: createAskForSignInCode({ ...shared, authenticateClient, sendCode }),
    signInWithCode: createSignInWithCode({ ...shared, authenticateClient, checkCode }),
    signIn: createSignIn({ ...shared, authenticateClient, checkPassword }),
    refreshSession: createRefreshSession({ ...shared, authenticateClient }),
    signOut: createSignOut({ ...shared, authenticateClient }),
    revokeToken: createRevokeToken({ ...shared, authenticateClient }),
    impersonate: createImpersonate({ ...shared, resolveToken }),
    describeCaller: createDescribeCaller({ ...shared, resolveToken }),
    allowsOrigin: ({ tenant, origin, clientId }) => store.applications.allowsOrigin(tenant.id, origin, clientId),
    introspectToken: createIntrospectToken({ authenticateClient, resolveToken }),
    authorizeCall: createAuthorizeCall({ resolveToken }),
    listPublicKeys: (tenant) => tokens.publicKeys(tenant, clock.now()),
    findTenant: createFindTenant(shared),
  }
  return {
    useCases,
    flushUses: useRecorder.flush,
    renewSealingKeys: createRenewSealingKeys(shared),
    retireOldKeys: createRetireOldKeys(shared),
    eraseLeavers: createEraseLeavers(shared),
    deliverLetters: createDeliverLetters({ ...shared, carrier: ingredients.mail?.carrier }),
  }
}
