-- wrk's side of the growth benchmark: a cent of a random charge goes back (seed_growth.sql).
local ACCOUNTS, CHARGES = 1000, tonumber(os.getenv("BENCH_CHARGES"))
local threads, at = {}, 0
unpaid, last = 0, ""	-- global: done() asks each thread for them

function setup(thread)
	table.insert(threads, thread)
	thread:set("number", #threads)
end

function init()
	math.randomseed(os.time())
end

local headers = { ["Content-Type"] = "application/json" }

function request()
	local n = math.random(1, CHARGES)
	return wrk.format("POST", "/query", headers, string.format(
	    '{"type":"refund","amount":0.01,"transactionId":"%024d","chargeId":"ch_%026d","apiKey":"kassa_sk_test_%040d"}',
	    n, n, 1 + n % ACCOUNTS))
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
		io.stderr:write("not paid: " .. text .. "\n")
	end
end
