/*
 * page.h - all that is known of a project's measuring, for more than one command
 */
#ifndef PAGE_H
#define PAGE_H

#include "cmd.h"

/**
 * Load what `page` shows; to be released also after an error. The queue is as it was seen
 * last: what cannot be had of it is missing, and git perf queue says why.
 */
int page_load(gitperf_page *page, struct cmd *cmd, const gitperf_survey_options *opts);
void page_release(gitperf_page *page);

#endif
