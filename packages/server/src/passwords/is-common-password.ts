/** Of a password in lower case: whether it is one of those that everybody tries first. */
export type IsCommonPassword = (password: string) => Promise<boolean>

let known: Promise<ReadonlySet<string>> | undefined

export const isCommonPassword: IsCommonPassword = async (password) => {
  known ??= import('./common-passwords.ts').then(({ COMMON_PASSWORDS }) => new Set(COMMON_PASSWORDS.split(' ')))
  return (await known).has(password)
}
