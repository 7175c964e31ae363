/*
 * crew_machine.c - the machines that measure, for programs
 */
#include "base/compat.h"
#include "base/buf.h"
#include "view/view.h"

static void print_job(gitperf_printer *p, const gitperf_job *job)
{
	if (!job) {
		gitperf_print_string(p, "job", NULL);
		return;
	}
	gitperf_print_key(p, "job");
	gitperf_print_open(p, '{');
	gitperf_print_string(p, "id", job->id);
	gitperf_print_string(p, "commit", job->commit);
	gitperf_view__print_pairs(p, "config", job->config, job->nconfig);
	gitperf_print_int(p, "round", job->round);
	gitperf_print_string(p, "set", job->set);
	gitperf_print_int(p, "attempts", job->attempts);
	gitperf_view__print_lease(p, &job->lease);
	gitperf_print_close(p, '}');
}

static void print_mishap(gitperf_printer *p, const gitperf_mishap *mishap)
{
	if (!mishap->commit) {
		gitperf_print_string(p, "mishap", NULL);
		return;
	}
	gitperf_print_key(p, "mishap");
	gitperf_print_open(p, '{');
	gitperf_print_string(p, "commit", mishap->commit);
	gitperf_view__print_time(p, "when", mishap->when);
	gitperf_print_string(p, "error", mishap->error);
	gitperf_print_string(p, "log", mishap->log);
	gitperf_print_close(p, '}');
}

static void print_hand(gitperf_printer *p, const gitperf_hand *hand)
{
	gitperf_print_open(p, '{');
	gitperf_print_string(p, "name", hand->name);
	gitperf_print_string(p, "platform", hand->platform);
	gitperf_print_string(p, "duty", gitperf_duty_name(hand->told.duty));
	gitperf_print_string(p, "state", gitperf_crew_state_name(hand->state));
	gitperf_view__print_time(p, "heard", hand->heard);
	gitperf_print_int(p, "ttl_ms", hand->ttl_ms);
	gitperf_print_string(p, "tool", hand->told.tool);
	gitperf_print_bool(p, "other_tool", hand->is_other_tool);
	gitperf_print_string(p, "host", hand->told.host);
	print_job(p, hand->job);
	gitperf_print_int(p, "jobs", (int64_t)hand->njobs);
	gitperf_print_int(p, "runs", (int64_t)hand->runs);
	gitperf_print_int(p, "duration_ms", hand->duration_ms);
	gitperf_print_int(p, "day", (int64_t)hand->day);
	gitperf_print_int(p, "week", (int64_t)hand->week);
	gitperf_view__print_pairs(p, "findings", hand->told.findings, hand->told.nfindings);
	print_mishap(p, &hand->told.mishap);
	gitperf_print_close(p, '}');
}

static void print_station(gitperf_printer *p, const gitperf_station *station)
{
	gitperf_print_open(p, '{');
	gitperf_print_string(p, "platform", station->name);
	gitperf_print_int(p, "waiting", (int64_t)station->waiting);
	gitperf_print_int(p, "workers", (int64_t)station->workers);
	gitperf_print_int(p, "duration_ms", station->duration_ms);
	if (station->backlog_ms < 0)
		gitperf_print_string(p, "backlog_ms", NULL);
	else
		gitperf_print_int(p, "backlog_ms", station->backlog_ms);
	gitperf_print_close(p, '}');
}

void gitperf_view__print_crew(gitperf_printer *p, const gitperf_crew *crew)
{
	size_t i;

	gitperf_print_open(p, '{');
	gitperf_print_int(p, "version", 1);
	gitperf_view__print_time(p, "now", crew->now);
	gitperf_print_string(p, "remote", crew->where);
	gitperf_print_string(p, "tool", crew->tool);
	gitperf_print_key(p, "workers");
	gitperf_print_open(p, '[');
	for (i = 0; i < crew->n; i++)
		print_hand(p, &crew->list[i]);
	gitperf_print_close(p, ']');
	gitperf_print_key(p, "platforms");
	gitperf_print_open(p, '[');
	for (i = 0; i < crew->nstations; i++)
		print_station(p, &crew->stations[i]);
	gitperf_print_close(p, ']');
	gitperf_print_bool(p, "partial", crew->is_partial);
	gitperf_print_int(p, "damaged", (int64_t)crew->queue->damaged);
	gitperf_print_int(p, "newer", (int64_t)crew->queue->newer);
	gitperf_print_close(p, '}');
}

int gitperf_view__crew_json(gitperf_buffer *out, const gitperf_crew *crew)
{
	gitperf_printer p = { out, 0 };

	gitperf_view__print_crew(&p, crew);
	gitperf_buf_addc(out, '\n');
	return gitperf_buf_check(out);
}
