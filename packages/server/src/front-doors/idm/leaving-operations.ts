/** What people do who take their data along, or leave, described. */
import { Type } from 'typebox'
import { LANGUAGE_FIELD } from '../../pages/language-choice.tsx'
import { LEAVING_FIELDS } from '../../pages/leaving-form.ts'
import { FORM_TOKEN_FIELD } from '../../pages/render-account.tsx'
import { form, HTML, inQuery, json, LOCATION, RETRY_AFTER, text } from '../describing.ts'
import type { Operation } from '../operation.ts'
import { OwnDataFile } from './own-data.ts'
import { PATHS } from './wire.ts'

const exportLink: Operation = {
  id: 'idm-lead-to-own-data',
  method: 'GET',
  path: PATHS.exportData,
  summary: "Follow a link to a person's data",
  description: 'It does nothing but lead to the page that has a button for it.',
  answers: { 303: { description: 'To the page.', headers: LOCATION } },
  errors: HTML,
}

const exportData: Operation = {
  id: 'idm-export-own-data',
  method: 'POST',
  path: PATHS.exportData,
  summary: 'Download all that is kept of a person',
  description:
    "What the button of the person's own page does. The file has no secret in it: no password, in no form, and no token. What others have done is in it without who they are.",
  body: {
    content: form(
      Type.Object(
        { [FORM_TOKEN_FIELD]: Type.Optional(text('The hidden field of the page.')) },
        { title: 'OwnPageForm', additionalProperties: true },
      ),
    ),
    isRequired: true,
  },
  answers: {
    200: {
      description: 'The file, to be saved.',
      content: json(OwnDataFile),
      headers: { 'Content-Disposition': { description: 'That it is to be saved, and by which name (RFC 6266).', schema: Type.String() } },
    },
    303: { description: 'Nobody is signed in: to the page.', headers: LOCATION },
    403: { description: 'The form is not from our own page.', content: HTML },
    429: { description: 'It was downloaded several times just now.', content: HTML, headers: RETRY_AFTER },
  },
  errors: HTML,
}

const showLeave: Operation = {
  id: 'idm-show-delete-account',
  method: 'GET',
  path: PATHS.leave,
  summary: 'Open the page to delete an account',
  description: 'For a browser. It says what will happen, and asks for the password.',
  parameters: [inQuery(LANGUAGE_FIELD, 'The language to show it in.')],
  answers: {
    200: { description: 'The page.', content: HTML },
    303: { description: 'Nobody is signed in: to the page.', headers: LOCATION },
  },
  errors: HTML,
}

const leave: Operation = {
  id: 'idm-delete-account',
  method: 'POST',
  path: PATHS.leave,
  summary: 'Delete an account',
  description:
    'What the button of the page does. Sessions and permanent tokens of the account are refused from then on; for 14 days its person may sign in at the page and keep it; then it is erased.',
  body: {
    content: form(
      Type.Object(
        {
          [FORM_TOKEN_FIELD]: Type.Optional(text('The hidden field of the page.')),
          [LEAVING_FIELDS.password]: Type.Optional(text('The password of the account.')),
          [LEAVING_FIELDS.locales]: Type.Optional(text('The language in which the page was shown.')),
        },
        { title: 'DeleteAccountForm', additionalProperties: true },
      ),
    ),
    isRequired: true,
  },
  answers: {
    200: { description: 'A page that says when it will be erased.', content: HTML },
    303: { description: 'Nobody is signed in: to the page.', headers: LOCATION },
    403: { description: 'Wrong password: the page again. Or the form is not from our own page.', content: HTML },
    429: { description: 'Too many attempts: the page again.', content: HTML, headers: RETRY_AFTER },
  },
  errors: HTML,
}

const keepLink: Operation = {
  id: 'idm-lead-to-keep-account',
  method: 'GET',
  path: PATHS.keep,
  summary: 'Follow a link to keep an account',
  description: 'It does nothing but lead to the sign-in, which leads to a page with a button for it.',
  answers: { 303: { description: 'To the page.', headers: LOCATION } },
  errors: HTML,
}

const keep: Operation = {
  id: 'idm-keep-account',
  method: 'POST',
  path: PATHS.keep,
  summary: 'Keep an account that is about to be erased',
  description: 'What the button of the page does that stands in the place of a sign-in to such an account.',
  body: {
    content: form(
      Type.Object(
        {
          [LEAVING_FIELDS.leaving]: Type.Optional(text('The hidden field of the page. It is good for ten minutes.')),
          [LEAVING_FIELDS.locales]: Type.Optional(text('The language in which the page was shown.')),
        },
        { title: 'KeepAccountForm', additionalProperties: true },
      ),
    ),
    isRequired: true,
  },
  answers: {
    200: { description: 'A page that says so.', content: HTML },
    400: { description: 'The page that the form is from can no longer be used.', content: HTML },
    403: { description: 'The form is from another site.', content: HTML },
  },
  errors: HTML,
}

export const LEAVING_OPERATIONS: readonly Operation[] = [exportLink, exportData, showLeave, leave, keepLink, keep]
