-- wrk's side of the write benchmark: each request charges another kept card of seed_kept.sql, each for a transaction
-- of its own.
dofile(os.getenv("BENCH_FOLDER") .. "/wrk.lua")

local ACCOUNTS = 1000
local at = 0
expected = '{"success":true'

function init()
	math.randomseed(os.time())
	run_id = math.random(0, 0xffffff)
end

function request()
	at = at + 1
	local a = math.random(1, ACCOUNTS)
	return ask(string.format(
	    '{"type":"charge_payment","paymentMethodId":"pm_%026d","contactId":"contact_%d","transactionId":"%06x%02d%016d",'
	    .. '"chargeDescription":"Invoice - 1","amount":10.00,"currency":"USD","apiKey":"kassa_sk_test_%040d"}',
	    a, a, run_id, number or 0, at, a))
end
