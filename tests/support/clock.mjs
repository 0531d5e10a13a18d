/*
 * Turning the clock for the queue: a job's time comes when a test says so.  Used by tests/api/43-race and 44-jobs*.
 */
/** The job of a subject, or null. */
export async function jobOf(stack, subject) {
	const [row] = await stack.psql(`select job_id, kind, state, plan, step, tries, fault,
		round(extract(epoch from run_at - now())) from kassa.job where subject = '${subject}'`);
	if (row === undefined) {
		return null;
	}
	const [id, kind, state, plan, step, tries, fault, inSeconds] = row;
	return { id, kind, state, plan, step: Number(step), tries: Number(tries), fault, inSeconds: Number(inSeconds) };
}

/** The time of jobs has come: run them now. */
export function timeHasCome(stack, ...subjects) {
	return stack.psql(`update kassa.job set run_at = now() - interval '1 millisecond'
		where subject = any(array[${subjects.map((subject) => `'${subject}'`).join()}]) and state = 'waiting';
		notify kassa_job`);
}
