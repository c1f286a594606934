/** The pages on which people change their account, described. */
import { Type } from 'typebox'
import { APPLICATION_FIELD } from '../../pages/account-applications.tsx'
import { LANGUAGE_FIELD } from '../../pages/language-choice.tsx'
import { OWN_FIELDS } from '../../pages/own-form.ts'
import { form, HTML, inQuery, LOCATION, RETRY_AFTER, text } from '../describing.ts'
import type { Operation } from '../operation.ts'
import { PATHS } from './wire.ts'

const FORM_FIELDS = {
  [OWN_FIELDS.answer]: Type.Optional(text('The button that was pressed.')),
  [OWN_FIELDS.locales]: Type.Optional(text('The language in which the page was shown.')),
  [LANGUAGE_FIELD]: Type.Optional(text('The language of the button that was pressed.')),
  [OWN_FIELDS.formToken]: Type.Optional(text('The hidden field of the page.')),
}

const LANGUAGES = [inQuery(LANGUAGE_FIELD, 'The language to show it in.'), inQuery('ui_locales', 'Languages for the page, dearest first.')]
const PAGE = { description: 'A page for people.', content: HTML }
const TO_ACCOUNT = { description: "To the person's own page, which asks for a sign-in if nobody is signed in.", headers: LOCATION }

export const OWN_ACCOUNT_OPERATIONS: readonly Operation[] = [
  {
    id: 'idm-lead-to-applications',
    method: 'GET',
    path: PATHS.endApplication,
    summary: 'Follow a link to the end of an application',
    description: 'It does nothing but lead to the page that has a button for it.',
    answers: { 303: { description: 'To the page.', headers: LOCATION } },
    errors: HTML,
  },
  {
    id: 'idm-end-application',
    method: 'POST',
    path: PATHS.endApplication,
    summary: 'End all sessions that an application has of a person',
    description: "What the buttons of the person's own page do. An application that has none is answered alike.",
    body: {
      content: form(
        Type.Object(
          {
            [OWN_FIELDS.formToken]: Type.Optional(text('The hidden field of the page.')),
            [APPLICATION_FIELD]: Type.Optional(text('Which application.')),
          },
          { title: 'EndApplicationForm', additionalProperties: true },
        ),
      ),
      isRequired: true,
    },
    answers: {
      303: TO_ACCOUNT,
      403: { description: 'The form is not from our own page.', content: HTML },
    },
    errors: HTML,
  },
  {
    id: 'idm-show-password',
    method: 'GET',
    path: PATHS.password,
    summary: 'Open the page to change the password',
    description: 'For a browser in which somebody is signed in.',
    parameters: LANGUAGES,
    answers: { 200: PAGE, 303: TO_ACCOUNT },
    errors: HTML,
  },
  {
    id: 'idm-change-password',
    method: 'POST',
    path: PATHS.password,
    summary: 'Change the password',
    description: 'What the button of the page does. All other sessions of the account end, and a message tells its owner.',
    body: {
      content: form(
        Type.Object(
          {
            ...FORM_FIELDS,
            [OWN_FIELDS.current]: Type.Optional(text('The password that the account has.')),
            [OWN_FIELDS.password]: Type.Optional(text('The one that it is to have.')),
          },
          { title: 'ChangePasswordForm', additionalProperties: true },
        ),
      ),
      isRequired: true,
    },
    answers: {
      200: { description: 'The page in another language.', content: HTML },
      303: { description: `Done, with a new session of the browser, or nobody is signed in. ${TO_ACCOUNT.description}`, headers: LOCATION },
      403: { description: 'The present password is not right: the page again. Or the form is not from our own page.', content: HTML },
      422: { description: 'The new password cannot be used: the page again.', content: HTML },
      429: { description: 'Too many attempts: the page again.', content: HTML, headers: RETRY_AFTER },
    },
    errors: HTML,
  },
]
