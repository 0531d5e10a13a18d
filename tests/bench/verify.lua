-- wrk's side of the benchmark: verify queries about random charges of seed.sql; every answer has to say paid.
dofile(os.getenv("BENCH_FOLDER") .. "/wrk.lua")

local ACCOUNTS, CHARGES, REQUESTS = 1000, tonumber(os.getenv("BENCH_CHARGES")), 20000
local requests, at = {}, 0
expected = '{"success":true'

function init()
	math.randomseed(os.time())
	for i = 1, REQUESTS do
		local n = math.random(1, CHARGES)
		requests[i] = ask(string.format(
		    '{"type":"verify","transactionId":"%024d","chargeId":"ch_%026d","apiKey":"kassa_sk_test_%040d"}',
		    n, n, 1 + n % ACCOUNTS))
	end
end

function request()
	at = at % REQUESTS + 1
	return requests[at]
end
