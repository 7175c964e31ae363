/*
 * purge_commit.c - the one commit of a branch that was made anew
 *
 * It has no parent. A branch is a set: what the commits before it added is all
 * there, and that is all they said.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/json.h"
#include "base/utf8.h"
#include "store/layout.h"
#include "store/purge.h"

int gitperf_purge__generation(long *highest, gitperf_repo *repo, git_tree *tree)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	int err = gitperf_store__format(&text, tree, repo, gitperf_repo_data_ref(repo));
	long generation = err < 0 ? 0 : gitperf_layout_generation(text.ptr, text.len, NULL);

	*highest = generation > *highest ? generation : *highest;
	gitperf_buffer_dispose(&text);
	return err;
}

/* One more than the highest here and at the remote */
static int next_generation(struct purge *p, git_tree *base)
{
	long highest = 0;
	int i, err = gitperf_purge__generation(&highest, p->swap.repo, base);

	for (i = 0; i < SOURCES && !err; i++)
		if (p->swap.sources[i].tree)
			err = gitperf_purge__generation(&highest, p->swap.repo, p->swap.sources[i].tree);
	p->result->generation = highest + 1;
	return err;
}

static int check_generation(gitperf_repo *repo, long generation)
{
	if (generation <= LAYOUT_GENERATION_MAX)
		return 0;
	gitperf_fail(GITPERF_EFORMAT, "the generation of %s cannot be raised above %d",
		     gitperf_repo_data_ref(repo), LAYOUT_GENERATION_MAX);
	return gitperf_hint(GITPERF_EFORMAT, "nobody has purged so often: set the line in its file 'format' right, "
			    "with git, here and at the remote");
}

/* Git takes any bytes for a name, and JSON does not */
static void add_who(gitperf_buffer *out, const git_signature *who)
{
	char *p, *end;

	gitperf_buf_addf(out, "%s <%s>", who->name, who->email);
	end = out->ptr + out->len;
	for (p = out->ptr; (p += gitperf_utf8_check(p, (size_t)(end - p))) < end;)
		*p = '?';
}

/* For people: what reads a revocation looks at its name alone */
static void make_text(gitperf_buffer *out, const struct purge *p, const struct purge_item *item,
		      const char *who)
{
	char when[GITPERF_TIME_SIZE];
	struct json_writer w = { out, 0 };

	gitperf_time_format(when, p->now);
	snprintf(when + strlen("2026-04-20T21:35:08"), 2, "Z");
	gitperf_json_open(&w, '{');
	if (*item->commit) {
		gitperf_json_key(&w, "commit");
		gitperf_json_string(&w, item->commit);
		gitperf_json_key(&w, "platform");
		gitperf_json_string(&w, item->platform);
	}
	gitperf_json_key(&w, "reason");
	gitperf_json_string(&w, p->opts->reason);
	gitperf_json_key(&w, "record");
	gitperf_json_string(&w, item->public.id);
	gitperf_json_key(&w, "when");
	gitperf_json_string(&w, when);
	gitperf_json_key(&w, "who");
	gitperf_json_string(&w, who);
	gitperf_json_close(&w, '}');
	gitperf_buf_addc(out, '\n');
}

static int make_texts(struct purge *p, gitperf_buffer *texts)
{
	gitperf_buffer who = GITPERF_BUFFER_INIT;
	git_signature *signature = NULL;
	size_t i, from;
	int rc = 0, err = gitperf_repo__signature(&signature, p->swap.repo);

	if (!err)
		add_who(&who, signature);
	for (i = 0; i < p->n && !err && rc >= 0; i++) {
		from = texts->len;
		make_text(texts, p, &p->items[i], who.ptr);
		p->items[i].text_len = texts->len - from;
		if (!(err = gitperf_buf_check(texts)))
			rc = git_odb_hash(&p->items[i].text, texts->ptr + from, p->items[i].text_len, GIT_OBJECT_BLOB);
	}
	if (rc < 0)
		err = gitperf_fail_git(rc, "cannot name the reason");
	git_signature_free(signature);
	gitperf_buffer_dispose(&who);
	return err;
}

int gitperf_purge__plan(struct purge *p, git_tree *base)
{
	struct additions edits = ADDITIONS_INIT;
	gitperf_buffer texts = GITPERF_BUFFER_INIT;
	int err = make_texts(p, &texts);

	if (!err)
		err = gitperf_purge__edits(&edits, p, base);
	if (!err && !(err = next_generation(p, base)))
		err = check_generation(p->swap.repo, p->result->generation);
	p->result->rewritten = !err;
	gitperf_buffer_dispose(&texts);
	gitperf_additions_free(&edits);
	return err;
}

static int write_texts(struct purge *p, struct sink *sink, const gitperf_buffer *texts)
{
	const char *text = texts->ptr;
	size_t i;
	int err = 0;

	for (i = 0; i < p->n && !err; i++) {
		err = gitperf_sink_write(&p->items[i].text, sink, GIT_OBJECT_BLOB, text, p->items[i].text_len);
		text += p->items[i].text_len;
	}
	return err;
}

static int write_format(struct additions *edits, struct sink *sink, gitperf_repo *repo,
			git_tree *base, long generation)
{
	gitperf_buffer old = GITPERF_BUFFER_INIT, new = GITPERF_BUFFER_INIT;
	const char *ref = gitperf_repo_data_ref(repo);
	git_oid oid;
	int err = check_generation(repo, generation);

	if (!err)
		err = gitperf_store__format(&old, base, repo, ref);
	if (!err) {
		gitperf_layout_set_generation(&new, old.ptr, old.len, generation);
		err = gitperf_buf_check(&new);
	}
	if (!err && new.len > LAYOUT_FORMAT_MAX)
		err = gitperf_fail(GITPERF_EFORMAT, "the file 'format' of %s has no room for a generation", ref);
	if (!err)
		err = gitperf_sink_write(&oid, sink, GIT_OBJECT_BLOB, new.ptr, new.len);
	if (!err)
		err = gitperf_additions_add(edits, LAYOUT_FORMAT, &oid);
	if (!err)
		edits->list[edits->n - 1].how = ADDITION_REPLACE;
	gitperf_buffer_dispose(&old);
	gitperf_buffer_dispose(&new);
	return err;
}

static int check_all_removed(const struct additions *edits)
{
	size_t i;

	for (i = 0; i < edits->n; i++)
		if (edits->list[i].how == ADDITION_REMOVE && !edits->list[i].present)
			return gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "'%.200s' cannot be taken off the branch", edits->list[i].path),
					    "git fsck tells what is wrong with the branch's trees");
	return 0;
}

int gitperf_purge__commit(git_oid *out, struct sink *sink, gitperf_repo *repo, git_tree *base,
			  struct additions *edits, long generation, size_t purged)
{
	char message[64];
	git_oid tree;
	int err = write_format(edits, sink, repo, base, generation);

	gitperf_additions_sort(edits);
	if (err < 0 ||
	    (err = gitperf_tree_add(&tree, sink, gitperf_repo__handle(repo), base, edits->list, edits->n)) < 0 ||
	    (err = check_all_removed(edits)) < 0)
		return err;
	snprintf(message, sizeof(message), "perf: purge %zu record%s [skip ci]", purged, purged == 1 ? "" : "s");
	return gitperf_sink_commit(out, sink, repo, &tree, NULL, message);
}

static int build(git_oid *out, struct purge *p, git_tree *base)
{
	struct additions edits = ADDITIONS_INIT;
	gitperf_buffer texts = GITPERF_BUFFER_INIT;
	struct sink sink = { 0 };
	int err;

	if ((err = make_texts(p, &texts)) < 0 || (err = gitperf_purge__edits(&edits, p, base)) < 0 ||
	    (err = next_generation(p, base)) < 0 ||
	    (err = gitperf_sink_open(&sink, p->swap.repo, edits.n)) < 0 ||
	    (err = write_texts(p, &sink, &texts)) < 0 ||
	    (err = gitperf_purge__commit(out, &sink, p->swap.repo, base, &edits, p->result->generation, p->n)) < 0)
		goto out;
	gitperf_fault(FAULT_PURGE_TREES);
	err = gitperf_sink_flush(&sink, p->swap.repo);
out:
	gitperf_sink_close(&sink);
	gitperf_buffer_dispose(&texts);
	gitperf_additions_free(&edits);
	return err;
}

int gitperf_purge__build(git_oid *out, struct swap *swap, git_tree *base,
			 const git_oid *tip)
{
	struct purge *p = swap->payload;
	int err;

	p->result->rewritten = 0;
	if (!base)
		return gitperf_fail(GITPERF_ERACE, "%s has disappeared", swap->ref);
	/* somebody else may have been faster with the very same */
	if ((err = gitperf_purge__is_done(p, base, tip)) != 0)
		return err < 0 ? err : 0;
	err = build(out, p, base);
	p->result->rewritten = !err;
	return err < 0 ? err : 1;
}
