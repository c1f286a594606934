/** The two ways of a person who proves a number by a code, as their pages and forms name them. */
export type CodeWay = 'register' | 'recover'

/** The names of the forms' fields. A button of `LANGUAGE_FIELD` sends no `answer`; `locales` is the language that the form was shown in. */
export const CODE_FIELDS = {
  locales: 'ui_locales',
  answer: 'answer',
  phone: 'phone',
  codeId: 'code_id',
  code: 'code',
  name: 'name',
  password: 'password',
} as const

export const CODE_ANSWER = 'send'
