-- Asks Ringkey's /verify about the request under way. The status of the answer alone decides; who calls is what its headers say.
-- It leaves txn.ringkey_status, and txn.ringkey_challenge for a 401 or 403.

local VERIFY_URL = os.getenv("RINGKEY_VERIFY_URL")
local IDENTITY = { "x-auth-subject", "x-auth-actor", "x-auth-client", "x-auth-scope", "x-auth-tenant", "x-auth-expires" }
local TIMEOUT_MS = 3000

-- HAProxy counts the values of a header from 0. All of them go to Ringkey, which refuses two.
local function presented(txn)
  local values = txn.http:req_get_headers()["authorization"]
  local list = {}
  for index = 0, values and #values or -1 do
    list[#list + 1] = values[index]
  end
  return list
end

local function verify(txn, question)
  -- For whatever goes wrong below: an error in a script ends the script, not the request.
  txn:set_var("txn.ringkey_status", 503)
  local asked = { url = VERIFY_URL .. "?" .. question, headers = { authorization = presented(txn) }, timeout = TIMEOUT_MS }
  local answer = core.httpclient():get(asked)
  local status = answer and answer.status
  if status == 200 then
    for _, name in ipairs(IDENTITY) do
      local value = answer.headers[name]
      if value then
        txn.http:req_set_header(name, value[0])
      end
    end
  elseif status == 401 or status == 403 then
    local challenge = answer.headers["www-authenticate"]
    txn:set_var("txn.ringkey_challenge", challenge and challenge[0] or "Bearer")
  else
    return
  end
  txn:set_var("txn.ringkey_status", status)
end

core.register_action("ringkey_verify", { "http-req" }, verify, 1)
