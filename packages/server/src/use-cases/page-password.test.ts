import { hash } from '@node-rs/argon2'
import { expect, it } from 'vitest'
import { parseLoginId } from '../domain/account.ts'
import { addressBlockOf } from '../domain/address-block.ts'
import { CALLER, LOGIN, openPageHouse } from '../testing/page-house.ts'
import { A_PASSWORD } from '../testing/test-house.ts'

it('a sign-in at the page is one as any other: its address block is known from then on, and a weaker hash is replaced', async () => {
  const house = await openPageHouse()
  await house.makeWeb('web')
  const loginId = parseLoginId(LOGIN)
  if (loginId === undefined) throw new Error('the login name is none')
  const find = () => house.store.accounts.findForSignIn(house.tenant.id, loginId, addressBlockOf(CALLER.address))
  const before = await find()
  if (before === undefined) throw new Error('there is no account')
  const weak = await hash(A_PASSWORD, { memoryCost: 8192, timeCost: 1, parallelism: 1 })
  expect(await house.store.accounts.rehash(before.account.id, before.passwordHash, weak)).toBe(true)

  const browser = house.newBrowser()
  await browser.answer(await browser.open({}))
  const after = await find()
  expect([before.knownBlock, after?.knownBlock]).toEqual([false, true])
  expect(after?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  await house.close()
})
