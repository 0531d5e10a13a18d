-- wrk's side of the write benchmark: each request charges another kept card of seed_kept.sql, each for a transaction
-- of its own.
local ACCOUNTS = 1000
local threads, at = {}, 0
unpaid, last = 0, ""	-- global: done() asks each thread for them

function setup(thread)
	table.insert(threads, thread)
	thread:set("number", #threads)
end

function init()
	math.randomseed(os.time())
	run_id = math.random(0, 0xffffff)
end

local headers = { ["Content-Type"] = "application/json" }

function request()
	at = at + 1
	local a = math.random(1, ACCOUNTS)
	return wrk.format("POST", "/query", headers, string.format(
	    '{"type":"charge_payment","paymentMethodId":"pm_%026d","contactId":"contact_%d","transactionId":"%06x%02d%016d",'
	    .. '"chargeDescription":"Invoice - 1","amount":10.00,"currency":"USD","apiKey":"kassa_sk_test_%040d"}',
	    a, a, run_id, number or 0, at, a))
end

-- Reading each answer in Lua costs half of what the server has to spend on it, on the same processors, so
-- only the first round does; all rounds count whatever is not 2xx.
if os.getenv("BENCH_READ_ANSWERS") then
	function response(status, _, body)
		if status ~= 200 or body:sub(1, 15) ~= '{"success":true' then
			unpaid = unpaid + 1
			last = body
		end
	end
end

function done(summary, latency)
	local wrong, text = 0, ""
	for _, thread in ipairs(threads) do
		wrong = wrong + thread:get("unpaid")
		text = text .. thread:get("last")
	end
	local errors = summary.errors
	io.write(string.format('RESULT {"rate":%.0f,"p50":%.3f,"p99":%.3f,"errors":%d}\n',
	    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000,
	    latency:percentile(99) / 1000,
	    wrong + errors.status + errors.connect + errors.read + errors.write + errors.timeout))
	if wrong > 0 then
		io.stderr:write("no success: " .. text .. "\n")
	end
end
