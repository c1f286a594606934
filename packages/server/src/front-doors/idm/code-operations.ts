/** The pages of people who prove a number, described. */
import { Type } from 'typebox'
import { CODE_FIELDS, type CodeWay } from '../../pages/code-form.ts'
import { LANGUAGE_FIELD } from '../../pages/language-choice.tsx'
import { form, HTML, inQuery, LOCATION, RETRY_AFTER, text } from '../describing.ts'
import type { Operation } from '../operation.ts'
import { PATHS } from './wire.ts'

const FORM_FIELDS = {
  [CODE_FIELDS.answer]: Type.Optional(text('The button that was pressed.')),
  [CODE_FIELDS.locales]: Type.Optional(text('The language in which the page was shown.')),
  [LANGUAGE_FIELD]: Type.Optional(text('The language of the button that was pressed.')),
}

/** The two pages of a way. */
function waysOf(way: CodeWay, paths: { readonly ask: string; readonly give: string }, what: string, done: string): readonly Operation[] {
  const closed = { description: 'People make no accounts by themselves in this tenant.', content: HTML }
  const notOurs = 'Or the form is not from our own page.'
  const page = { description: 'A page for people.', content: HTML }
  return [
    {
      id: `idm-show-${way}`,
      method: 'GET',
      path: paths.ask,
      summary: `Open the page to ${what}`,
      description: 'For a browser. It asks for a mobile number.',
      parameters: [inQuery(LANGUAGE_FIELD, 'The language to show it in.'), inQuery('ui_locales', 'Languages for the page, dearest first.')],
      answers: { 200: page, 404: closed },
      errors: HTML,
    },
    {
      id: `idm-ask-to-${way}`,
      method: 'POST',
      path: paths.ask,
      summary: `Have a code sent, to ${what}`,
      description: 'What the button of the page does. The answer is the same whoever has the number.',
      body: {
        content: form(
          Type.Object(
            { [CODE_FIELDS.phone]: Type.Optional(text('The number that was typed.')), ...FORM_FIELDS },
            { additionalProperties: true },
          ),
        ),
        isRequired: true,
      },
      answers: {
        200: { description: 'The page that takes the code.', content: HTML },
        403: { description: notOurs, content: HTML },
        404: closed,
        422: { description: 'No messages are sent to such a number: the page again.', content: HTML },
        429: { description: 'Too many messages: the page again.', content: HTML, headers: RETRY_AFTER },
      },
      errors: HTML,
    },
    {
      id: `idm-begin-${way}-again`,
      method: 'GET',
      path: paths.give,
      summary: 'Find the way back to the first page',
      description: 'Where who loads the second page anew is sent.',
      answers: { 303: { description: 'To the first page.', headers: LOCATION } },
      errors: HTML,
    },
    {
      id: `idm-${way}`,
      method: 'POST',
      path: paths.give,
      summary: `Give the code back, to ${what}`,
      description: `What the button of the page does. ${done}`,
      body: {
        content: form(
          Type.Object(
            {
              [CODE_FIELDS.codeId]: Type.Optional(text('The hidden field of the page.')),
              [CODE_FIELDS.phone]: Type.Optional(text('The number, to be shown again.')),
              [CODE_FIELDS.code]: Type.Optional(text('The code that was typed.')),
              [CODE_FIELDS.name]: Type.Optional(text('The name that was typed.')),
              [CODE_FIELDS.password]: Type.Optional(text('The password that was typed.')),
              ...FORM_FIELDS,
            },
            { additionalProperties: true },
          ),
        ),
        isRequired: true,
      },
      answers: {
        200: { description: 'The page in another language.', content: HTML },
        303: { description: 'Done: to the page of the person, who is signed in.', headers: LOCATION },
        403: { description: `The code is not right, or not any more: the page again. ${notOurs}`, content: HTML },
        404: closed,
        422: { description: 'The name or the password cannot be used: the page again.', content: HTML },
        429: { description: 'Too many attempts: the page again.', content: HTML, headers: RETRY_AFTER },
      },
      errors: HTML,
    },
  ]
}

export const CODE_OPERATIONS: readonly Operation[] = [
  ...waysOf('register', { ask: PATHS.register, give: PATHS.registerCode }, 'make an account', 'The number is the name to sign in with.'),
  ...waysOf('recover', { ask: PATHS.recover, give: PATHS.recoverCode }, 'set a new password', 'All sessions of the account end.'),
]
