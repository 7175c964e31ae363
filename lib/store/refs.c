/*
 * refs.c - references that remember, and are not raced for
 */
#include "base/compat.h"
#include "store/store.h"

int gitperf_store__set_ref(gitperf_repo *repo, const char *ref, const git_oid *new,
			   const char *message, const gitperf_events *events)
{
	git_transaction *tx = NULL;
	git_signature *who = NULL;
	int rc = 0, err = gitperf_repo__signature(&who, repo);

	if (err < 0)
		return err;
	if ((rc = git_transaction_new(&tx, gitperf_repo__handle(repo))) < 0)
		goto out;
	rc = git_transaction_lock_ref(tx, ref);
	if (rc == GIT_ELOCKED && gitperf_write_lock_stale(repo, ref, events) >= 0)
		rc = git_transaction_lock_ref(tx, ref);
	if (rc >= 0 && (rc = git_transaction_set_target(tx, ref, new, who, message)) >= 0)
		rc = git_transaction_commit(tx);
out:
	if (rc < 0)
		err = gitperf_fail_git(rc, "cannot move %s", ref);
	git_transaction_free(tx);
	git_signature_free(who);
	return err;
}
