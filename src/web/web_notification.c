/*
 * A processor calls: something has news.  Whatever it says moves no money; the processor is asked back.
 */
#include "base/json_write.h"
#include "pay/pay_hurry.h"
#include "processor/processor.h"
#include "web/web.h"

#define NAME_MAX_BYTES	32

static void	hurried(void *, const struct pay_hurried *);

void
web_notification(struct serve_request *request)
{
	const struct processor	*processor = NULL;
	struct processor_news	 news;
	char			 name[NAME_MAX_BYTES];

	if (slice_copy(serve_capture(request, 0), name, sizeof(name)))
		processor = processor_find(name);
	if (processor == NULL)
		serve_fault(request, FAULT_ROUTE_UNKNOWN, "no such processor");
	else if (!processor->read_news(serve_body(request), &news))
		serve_fault(request, FAULT_FIELD_INVALID, "not a notification of this processor");
	else
		pay_hurry(news.account_id, news.key, hurried, request);
}

/* Known or not is none of the caller's business. */
static void
hurried(void *arg, const struct pay_hurried *answer)
{
	struct serve_request	*request = arg;
	struct json_write	 write;
	struct buf		 body;

	serve_note(request)->sqlstate = answer->sqlstate;
	serve_note(request)->rule = answer->is_known ? "news_of_an_intent" : "news_of_nothing";
	if (answer->fault != FAULT_NONE) {
		serve_fault(request, answer->fault, NULL);
		return;
	}
	buf_init(&body, WEB_ANSWER_MAX);
	json_write_init(&write, &body);
	json_open_object(&write);
	json_text_member(&write, "status", "heard");
	json_close_object(&write);
	serve_json(request, 202, &body);
	buf_release(&body);
}
