-- wrk's side of the growth benchmark: a cent of a random charge goes back (seed_growth.sql).
dofile(os.getenv("BENCH_FOLDER") .. "/wrk.lua")

local ACCOUNTS, CHARGES = 1000, tonumber(os.getenv("BENCH_CHARGES"))
expected = '{"success":true'

function init()
	math.randomseed(os.time())
end

function request()
	local n = math.random(1, CHARGES)
	return ask(string.format(
	    '{"type":"refund","amount":0.01,"transactionId":"%024d","chargeId":"ch_%026d","apiKey":"kassa_sk_test_%040d"}',
	    n, n, 1 + n % ACCOUNTS))
end
