import { FORM_TOKEN_FIELD } from './render-account.tsx'

/** The names of the fields of the forms with which people change their account. A button of `LANGUAGE_FIELD` sends no `answer`. */
export const OWN_FIELDS = {
  locales: 'ui_locales',
  answer: 'answer',
  formToken: FORM_TOKEN_FIELD,
  /** The password that the person has. */
  current: 'current_password',
  password: 'password',
  phone: 'phone',
  codeId: 'code_id',
  code: 'code',
} as const

export const OWN_ANSWER = 'send'
