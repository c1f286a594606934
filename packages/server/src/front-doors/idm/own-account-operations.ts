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

const NOT_THEIRS = { description: 'The account is one that an operator has made.', content: HTML }

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
    id: 'idm-show-activity',
    method: 'GET',
    path: PATHS.activity,
    summary: "Show what has happened to a person's account",
    description: 'For a browser in which somebody is signed in.',
    parameters: LANGUAGES,
    answers: { 200: PAGE, 303: TO_ACCOUNT },
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
  {
    id: 'idm-show-number',
    method: 'GET',
    path: PATHS.number,
    summary: 'Open the page to change the number',
    description: 'For a browser in which somebody is signed in who has made the account.',
    parameters: LANGUAGES,
    answers: { 200: PAGE, 303: TO_ACCOUNT, 404: NOT_THEIRS },
    errors: HTML,
  },
  {
    id: 'idm-ask-to-change-number',
    method: 'POST',
    path: PATHS.number,
    summary: 'Have a code sent to another number',
    description: 'What the button of the page does. The answer is the same whoever has the number.',
    body: {
      content: form(
        Type.Object(
          {
            ...FORM_FIELDS,
            [OWN_FIELDS.current]: Type.Optional(text('The password that the account has.')),
            [OWN_FIELDS.phone]: Type.Optional(text('The number that was typed.')),
          },
          { title: 'ChangeNumberForm', additionalProperties: true },
        ),
      ),
      isRequired: true,
    },
    answers: {
      200: { description: 'The page that takes the code, or this one in another language.', content: HTML },
      303: TO_ACCOUNT,
      403: { description: 'The password is not right: the page again. Or the form is not from our own page.', content: HTML },
      404: NOT_THEIRS,
      422: { description: 'No messages are sent to such a number, or it is the one of the account: the page again.', content: HTML },
      429: { description: 'Too many attempts or messages: the page again.', content: HTML, headers: RETRY_AFTER },
    },
    errors: HTML,
  },
  {
    id: 'idm-change-number-again',
    method: 'GET',
    path: PATHS.numberCode,
    summary: 'Find the way back to the page that asks for a number',
    description: 'Where who loads the second page anew is sent.',
    answers: { 303: { description: 'To the first page.', headers: LOCATION } },
    errors: HTML,
  },
  {
    id: 'idm-change-number',
    method: 'POST',
    path: PATHS.numberCode,
    summary: 'Give the code back, to change the number',
    description:
      'What the button of the page does. All other sessions of the account end, and a message to the number that it had tells its owner.',
    body: {
      content: form(
        Type.Object(
          {
            ...FORM_FIELDS,
            [OWN_FIELDS.codeId]: Type.Optional(text('The hidden field of the page.')),
            [OWN_FIELDS.phone]: Type.Optional(text('The number, to be shown again.')),
            [OWN_FIELDS.code]: Type.Optional(text('The code that was typed.')),
          },
          { title: 'ConfirmNumberForm', additionalProperties: true },
        ),
      ),
      isRequired: true,
    },
    answers: {
      200: { description: 'The page in another language.', content: HTML },
      303: { description: `Done, with a new session of the browser, or nobody is signed in. ${TO_ACCOUNT.description}`, headers: LOCATION },
      403: { description: 'The code is not right, or not any more: the page again. Or the form is not from our own page.', content: HTML },
      404: NOT_THEIRS,
      429: { description: 'Too many attempts: the page again.', content: HTML, headers: RETRY_AFTER },
    },
    errors: HTML,
  },
]
