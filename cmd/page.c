/*
 * page.c - what git perf status shows, and git perf export has as numbers
 */
#include "page.h"

static int load_work(gitperf_requests **requests, gitperf_crew **crew, struct cmd *cmd, const gitperf_share_options *share)
{
	gitperf_schedule_options schedule = GITPERF_SCHEDULE_OPTIONS_INIT;
	gitperf_requests_options opts = GITPERF_REQUESTS_OPTIONS_INIT;
	int err;

	schedule.share = share;
	schedule.cached = 1;
	opts.schedule = &schedule;
	err = gitperf_requests_load(requests, cmd->repo, &opts);
	if (!err && ((*requests)->n || (*requests)->agenda->queue->nworkers || (*requests)->agenda->nitems))
		err = gitperf_crew_load(crew, cmd->repo, &schedule);
	return err == GITPERF_ENOMEM ? err : 0;
}

int page_load(gitperf_page *page, struct cmd *cmd, const gitperf_survey_options *opts)
{
	gitperf_survey *survey = NULL;
	gitperf_requests *requests = NULL;
	gitperf_crew *crew = NULL;
	int err = gitperf_survey_load(&survey, cmd->repo, opts);

	if (err >= 0)
		err = load_work(&requests, &crew, cmd, opts->share);
	page->survey = survey;
	page->requests = requests;
	page->crew = crew;
	return err;
}

void page_release(gitperf_page *page)
{
	gitperf_crew_free((gitperf_crew *)page->crew);
	gitperf_requests_free((gitperf_requests *)page->requests);
	gitperf_survey_free((gitperf_survey *)page->survey);
}
