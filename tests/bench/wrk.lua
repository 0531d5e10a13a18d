-- What wrk's scripts beside this file share: count what went wrong, print one line of JSON at the end.
-- A script says request(), and the beginning that each answer must have as ${expected}.
local threads = {}
unpaid, last = 0, ""	-- global: done() asks each thread for them

function setup(thread)
	table.insert(threads, thread)
	thread:set("number", #threads)
end

-- Reading each answer in Lua costs half of what the server has to spend on it, on the same processors, so
-- only the first round does; all rounds count whatever is not 2xx.
if os.getenv("BENCH_READ_ANSWERS") then
	function response(status, _, body)
		if status ~= 200 or body:sub(1, #expected) ~= expected then
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
		io.stderr:write("not as expected: " .. text .. "\n")
	end
end

function ask(body)
	return wrk.format("POST", "/query", { ["Content-Type"] = "application/json" }, body)
end
