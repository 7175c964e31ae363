/*
 * queue.pml - the queue of gitperf-queue(7), and all who work at it, for spin
 *
 * spin plays every order in which planners, workers, people and misfortune can
 * come, and looks at the invariants after each step: INV(n, ...) is In of the
 * project's list, which stands at "The invariants" below. check.sh says which
 * configurations are played. A BUG_x plants a mistake that must be found.
 *
 * What stands for what
 *
 *   QUEUE      q: for each job whether it is there, its attempts, refunds and
 *              lease (holder, token), and `tokens` of the file control
 *   DATA       data[j]: the records of job j, a bit for each token; bit 0 is
 *              the record that says its attempts were all used up
 *   planner    adds what is wanted, and neither in QUEUE nor done in DATA
 *   worker     claims, measures, renews, gives back, lands, dies
 *   anybody    what every participant does when it passes, whoever it is: takes
 *              off the queue what is done, takes off a lease that it believes to
 *              have expired, lands the record of a job without attempts left
 *
 * What is one step, and why that is all there is
 *
 * A reference is moved by compare-and-swap, and these references never come
 * back to a commit they have left. So a swap that succeeds has seen QUEUE as it
 * still is, and a transition that was computed from QUEUE alone is as if read,
 * computed and written at that moment: one step. So is one that needs of DATA
 * only what stays true, since DATA only grows: that a job is done, or that a
 * job which nobody can begin any more is not done at the moment of the swap of
 * DATA. What is decided by something that may change meanwhile is two steps,
 * the reading and the swap: a claim (its token is chosen when it is read), the
 * addition of a job (it was not done when it was read), the landing of a record
 * (it was not there when it was looked for). To read QUEUE and then DATA is one
 * step: either QUEUE is the same at the second look, and it could have been read
 * then, or the swap fails. (In the other order it is not: BUG_DATA_READ_FIRST.)
 *
 * `same` has a bit for each transition that has been read and not been written:
 * QUEUE is still what it read. Whoever moves QUEUE clears them all; this is what
 * the comparison of commits does, without a number that grows for ever. A
 * planner whose swap is bound to fail has done nothing and remembers nothing, so
 * its step back to the beginning is left out. `looked` is the same for DATA.
 *
 * What is left out, and why nothing is lost by it
 *
 *   beats, ttl   Others use them only to conclude that a lease has expired, and
 *                here anybody may conclude that at any moment (WRONG_CLOCKS), or
 *                as soon as it is true. A renewal moves QUEUE and nothing in it:
 *                somebody else's swap fails, as by any other move. TOUCHES of
 *                them are played, not more: a measurement ends, as each benchmark
 *                has a timeout. A squash is to all others what a renewal is.
 *   outcome      Whether a record says "valid" or "failed" changes nothing that
 *                anybody does here: the job is done. One kind stands for both.
 *   lost answers A claim whose answer is lost is looked for; what is found is
 *                what would have been said, or that the lease is lost, as any
 *                renewal may find. So only the push that failed without a word
 *                is played on its own. A record whose answer is lost is.
 *   decisions    A union of files with the same bytes; no lease depends on them.
 *   time         Every step may take for ever: GONE participants stop for good.
 *   reading      To read without anything to do is no step, else there were
 *                endless runs in which everybody just looks.
 *
 * What is bounded: JOBS (1 or 2), ATTEMPTS, REFUNDS of a job, CRASHES and GONE
 * of all workers together, TOUCHES, people who CANCEL. Nothing else: claims, thefts
 * and losing swaps are as many as that allows. ATTEMPTS and REFUNDS are bounds of
 * the protocol itself: 3 and 5 there, here 2 or 3, and at most 2.
 *
 * The invariants
 *
 *   1   a worker that believes its record to be in DATA has put it there itself
 *       (and by 2 it stays): acknowledged is landed for ever
 *   2   no step takes a record out of DATA
 *   3   a token is larger than all before; a lease is given back by who has it
 *   4   no second record of a job and token
 *   6   a job is begun at most ATTEMPTS times, and once more for each refund
 *   7   what leaves the queue has a record or was cancelled; a job that is said
 *       to have no attempts left has none
 *   9   no job with a lease is cancelled
 *   10  a job that is done is not added
 *   12  a job of a worker's set is begun by that worker, unless it is silent
 *   13  the records of a request are of one version of the tool
 *   14  when nothing can move any more, every job is done or cancelled and the
 *       queue is empty. Where every run ends (check.sh looks for cycles, too),
 *       this says that from each state such an end is reached, whatever follows.
 */

/* --- Configuration --- */

#ifndef JOBS
#define JOBS 1
#endif
#ifndef ATTEMPTS
#define ATTEMPTS 3
#endif
#ifndef REFUNDS
#define REFUNDS 1
#endif
#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef GONE
#define GONE 0
#endif
#ifndef TOUCHES
#define TOUCHES 0
#endif
#ifndef CANCEL
#define CANCEL 0
#endif
/* People remove the reference of the queue so often. */
#ifndef REMOVALS
#define REMOVALS 0
#endif
/* 0: nobody takes for silent who is not. */
#ifndef WRONG_CLOCKS
#define WRONG_CLOCKS 1
#endif
/* Workers have a version of the tool, and the two jobs are one request. */
#ifndef VERSIONS
#define VERSIONS 0
#endif
/* Job 0 can only be done by worker 1, and job 1 by worker 2. */
#ifndef PLATFORMS
#define PLATFORMS 0
#endif
/* Job 0 belongs to worker 1, and job 1 to worker 2; each can do both. */
#ifndef SETS
#define SETS 0
#endif
/* Look at this invariant alone. */
#ifndef ONLY
#define ONLY 0
#endif

#define INV(n, holds) assert((holds) || (ONLY && ONLY != n))

/* An option of a loop for each job. */
#if JOBS == 1
#define EACH_JOB(step) :: step(0)
#else
#define EACH_JOB(step) :: step(0) :: step(1)
#endif

/* --- What there is --- */

typedef Job {
	bit there;
	unsigned attempts : 3;
	unsigned refunds : 2;
	unsigned holder : 2;   /* a worker, or 0 */
	unsigned token : 4;
	bit substitute         /* the mark: its worker is silent, others may take it */
};

typedef Queue {
	Job job[JOBS];
	unsigned tokens : 4;   /* the last one that was given out */
	unsigned pin : 2       /* the version that the request is for, or 0 */
};

Queue q;
short data[JOBS];
byte same;                     /* see the top */
byte looked;
byte at[3];                    /* the token that a worker believes to have, or 0 */
bit cancelled[JOBS];           /* not wanted any more: `plan` knows */
byte version[3];

/* What may still go wrong. */
byte crashes = CRASHES, gone = GONE, touches = TOUCHES, removals = REMOVALS;
byte cancels = CANCEL;
bit silent[3];

/* What nobody knows but the invariants. */
byte given;                    /* the largest token ever */
byte begun[JOBS];
byte used;                     /* the version of the records of the request */

#define BIT(n) (1 << (n))
#define DONE(j) (data[j] != 0)
#define HAS(j, t) (data[j] & BIT(t))
#define HOLDS(w, j) (q.job[j].there && q.job[j].holder == w && q.job[j].token == at[w])
#define OVER(j) (!q.job[j].there && (DONE(j) || cancelled[j]))
#define IS_OPEN (q.job[0].there || q.job[JOBS - 1].there)

/* Participants are 1 and 2, the workers, and planners, which are 3 and 4 as far
 * as job 0 is concerned, and 5 and 6 for job 1. */
#define PLANS(j) (me + 2 * j)

/* --- Mistakes --- */

#ifdef BUG_NO_SWAP_QUEUE
Queue was[7];
inline copy(to, from) {
	to.job[0].there = from.job[0].there;
	to.job[0].attempts = from.job[0].attempts;
	to.job[0].refunds = from.job[0].refunds;
	to.job[0].holder = from.job[0].holder;
	to.job[0].token = from.job[0].token;
	to.tokens = from.tokens
}
#define READ(who) same = same | BIT(who); copy(was[who], q)
#define COMPARED(who) copy(q, was[who]); same = same & ~BIT(who)
#define MOVED skip
#else
#define READ(who) same = same | BIT(who)
#define COMPARED(who) skip
#define MOVED same = 0
#endif
#define IS_SAME(who) (same & BIT(who))

#ifdef BUG_NO_SWAP_DATA
short had[3];
#define LOOK(who, j) looked = looked | BIT(who); had[who] = data[j]
#define WRITTEN(who, j, t) (had[who] | BIT(t))
#define DATA_MOVED skip
#else
#define LOOK(who, j) looked = looked | BIT(who)
#define WRITTEN(who, j, t) (data[j] | BIT(t))
#define DATA_MOVED looked = 0
#endif
#define HAS_LOOKED(who) (looked & BIT(who))

#ifdef BUG_TOKEN_NOT_BUMPED_ON_STEAL
#define NEW_TOKEN(j) (q.job[j].holder -> q.job[j].token : q.tokens + 1)
#else
#define NEW_TOKEN(j) (q.tokens + 1)
#endif

#ifdef BUG_TOKEN_RESET_AFTER_REMOVAL
#define TOKENS_AFTER_REMOVAL 0
#else
#define TOKENS_AFTER_REMOVAL q.tokens
#endif

#ifdef BUG_TOKEN_RESET_BY_SQUASH
#define TOKENS_AFTER_SQUASH 0
#else
#define TOKENS_AFTER_SQUASH q.tokens
#endif

#ifdef BUG_TOKENS_OF_NEW_QUEUE_FROM_0
#define TOKENS_OF_NEW_QUEUE 0
#else
#define TOKENS_OF_NEW_QUEUE q.tokens
#endif

#ifdef BUG_NO_LOOK_AFTER_LOST_ACK
#define IS_THERE(j, t) false
#else
#define IS_THERE(j, t) HAS(j, t)
#endif

#ifdef BUG_ACK_BY_TOKEN_ALONE
#define IS_MINE(w, j) (q.job[j].there && q.job[j].token == at[w])
#else
#define IS_MINE(w, j) HOLDS(w, j)
#endif

#ifdef BUG_RELEASE_WITHOUT_FENCE
#define MAY_RELEASE(w, j) q.job[j].holder
#else
#define MAY_RELEASE(w, j) HOLDS(w, j)
#endif

#ifdef BUG_NO_ATTEMPT_LIMIT
#define MAY_BEGIN(j) true
#else
#define MAY_BEGIN(j) (q.job[j].attempts < ATTEMPTS)
#endif

#ifdef BUG_CRASH_COSTS_NOTHING
#define COST(w, j) (q.job[j].holder != w)
#else
#define COST(w, j) 1
#endif

#ifdef BUG_REFUNDS_NOT_CAPPED
#define MAY_REFUND(j) true
#else
#define MAY_REFUND(j) (q.job[j].refunds < REFUNDS)
#endif

#ifdef BUG_NOBODY_EXPIRES
#define EXPIRED(j) false
#else
#define EXPIRED(j) (WRONG_CLOCKS || at[q.job[j].holder] != q.job[j].token)
#endif

#ifdef BUG_GIVE_UP_ON_A_LEASE
#define IS_IDLE(j) (!q.job[j].holder || EXPIRED(j))
#else
#define IS_IDLE(j) (!q.job[j].holder)
#endif
#ifdef BUG_NOBODY_GIVES_UP
#define EXHAUSTED(j) false
#else
#define EXHAUSTED(j) (q.job[j].there && q.job[j].attempts == ATTEMPTS && \
	IS_IDLE(j) && !DONE(j))
#endif

/* The job keeps the token of its last lease, and so does the record. */
#ifdef BUG_GIVE_UP_WITH_LAST_TOKEN
#define TOKEN_LEFT(j) q.job[j].token
#else
#define TOKEN_LEFT(j) 0
#endif

#ifdef BUG_CANCEL_LEASED
#define MAY_CANCEL(j) true
#else
#define MAY_CANCEL(j) (!q.job[j].holder)
#endif

#ifdef BUG_VERSION_NOT_PINNED
#define FITS(w) true
#else
#define FITS(w) (!VERSIONS || !q.pin || q.pin == version[w])
#endif
#ifdef BUG_UPDATE_DURING_REQUEST
#define MAY_UPDATE(w) true
#else
#define MAY_UPDATE(w) !(IS_OPEN && q.pin == version[w])
#endif
/* A worker takes on the version that the request is for, be it an older one. */
#ifdef BUG_PIN_IS_ONLY_REFUSED
#define MUST_FOLLOW(w) false
#else
#define MUST_FOLLOW(w) (IS_OPEN && q.pin && q.pin != version[w])
#endif

#ifdef BUG_PLAN_MOVES_SET
#define IS_SILENT(w) true
#else
#define IS_SILENT(w) (WRONG_CLOCKS || silent[w])
#endif

/* --- Transitions of QUEUE, and landing in DATA --- */

/*
 * The four participants are alike, and so are the jobs: who begins first is
 * called worker 1, and what it begins is called job 0. That is not so where
 * they have sets, platforms or versions.
 */
#define TWINS (!PLATFORMS && !SETS && !VERSIONS && !CANCEL && !REMOVALS)
#define MAY_ASK(w, j) (!TWINS || given || w == 2 || j == 0)
#define MAY_WIN(w) (!TWINS || given || w == 1)

#define FOR_ME(w, j) ((!PLATFORMS && !SETS) || w == j + 1 || (SETS && q.job[j].substitute))
#define CLAIMABLE(w, j) (q.job[j].there && !DONE(j) && MAY_BEGIN(j) && FITS(w) && \
	FOR_ME(w, j) && (!q.job[j].holder || q.job[j].holder == w || EXPIRED(j)))

inline take_lease_off(j) {
	q.job[j].holder = 0;
	q.job[j].token = TOKEN_LEFT(j);
	MOVED
}

inline forget_job(j) {
	q.job[j].there = 0;
	q.job[j].attempts = 0;
	q.job[j].refunds = 0;
	q.job[j].holder = 0;
	q.job[j].token = 0;
	q.job[j].substitute = 0;
	begun[j] = 0;
	MOVED
}

inline remove(j) {
	INV(7, DONE(j) || cancelled[j]);
	INV(9, DONE(j) || !q.job[j].holder);
	forget_job(j);
	q.tokens = TOKENS_AFTER_REMOVAL
}

inline append(who, j, t) {
	INV(4, !HAS(j, t));
	INV(2, (data[j] & ~WRITTEN(who, j, t)) == 0);
	data[j] = WRITTEN(who, j, t);
	DATA_MOVED
}

/* --- Anybody --- */

#define TIDY(j) d_step { q.job[j].there && DONE(j) -> \
	remove(j); printf("anybody: takes job %d off, it is done\n", j) }
#define EXPIRE(j) d_step { q.job[j].there && q.job[j].holder && EXPIRED(j) -> \
	printf("anybody: takes the lease %d of worker %d off job %d\n", \
		q.job[j].token, q.job[j].holder, j); \
	take_lease_off(j) }
/* This is for good: without a lease and attempts nobody begins, or gets a refund. */
#define GIVE_UP(j) d_step { EXHAUSTED(j) -> \
	data[j] = data[j] | BIT(TOKEN_LEFT(j)); DATA_MOVED; \
	printf("anybody: lands that job %d has no attempts left\n", j) }
#define CANCEL_IT(j) d_step { cancels && q.job[j].there && !DONE(j) && MAY_CANCEL(j) -> \
	cancels--; cancelled[j] = 1; remove(j); \
	printf("somebody: cancels job %d\n", j) }
#define MARK(j) d_step { SETS && q.job[j].there && !q.job[j].substitute && \
	IS_SILENT(j + 1) -> \
	q.job[j].substitute = 1; MOVED; \
	printf("anybody: lets others take job %d\n", j) }

active proctype anybody()
{
end:	do
	EACH_JOB(TIDY)
	EACH_JOB(EXPIRE)
	EACH_JOB(GIVE_UP)
#if CANCEL
	EACH_JOB(CANCEL_IT)
#endif
#if SETS
	EACH_JOB(MARK)
#endif
#if REMOVALS
	:: d_step { removals && IS_OPEN ->
		removals--;
		forget_job(0);
		forget_job(JOBS - 1);
		q.tokens = TOKENS_OF_NEW_QUEUE;
		printf("somebody: removes the queue\n") }
#endif
#ifdef BUG_UNPIN
	:: d_step { q.pin && !DONE(0) && !DONE(1) &&
		    !q.job[0].holder && !q.job[1].holder ->
		q.pin = 0; MOVED;
		printf("anybody: unpins the request\n") }
#endif
	od
}

/* --- Planners --- */

/* With versions the jobs are one request, and come together. */
#define WANTED(j) (!q.job[j].there && !cancelled[j] && (!VERSIONS || j == 0))
#ifdef BUG_DATA_READ_FIRST
byte not_done;
#define LOOKS_UNDONE(j) (not_done & BIT(PLANS(j)))
#define READ_DATA(j) d_step { !DONE(j) && !LOOKS_UNDONE(j) -> \
	not_done = not_done | BIT(PLANS(j)); \
	printf("planner %d: sees in DATA that job %d is not done\n", me - 2, j) }
#else
#define LOOKS_UNDONE(j) (!DONE(j))
#endif

#define PLAN(j) d_step { WANTED(j) && LOOKS_UNDONE(j) && !IS_SAME(PLANS(j)) -> \
	READ(PLANS(j)); \
	printf("planner %d: reads QUEUE, wants job %d\n", me - 2, j) }
/* Where people remove the queue, a record may land late, and is one more. */
#define ADD(j) d_step { IS_SAME(PLANS(j)) -> \
	INV(10, REMOVALS || !DONE(j)); \
	COMPARED(PLANS(j)); \
	q.job[j].there = 1; \
	q.job[JOBS - 1].there = q.job[JOBS - 1].there | VERSIONS; \
	MOVED; \
	printf("planner %d: adds job %d\n", me - 2, j) }

proctype planner(byte me)
{
end:	do
#ifdef BUG_DATA_READ_FIRST
	EACH_JOB(READ_DATA)
#endif
	EACH_JOB(PLAN)
	EACH_JOB(ADD)
	od
}

/* --- Workers --- */

#define ASK(j) atomic { CLAIMABLE(me, j) && MAY_ASK(me, j) -> \
	READ(me); job = j; at[me] = NEW_TOKEN(j); \
	printf("worker %d: reads QUEUE, wants job %d with token %d\n", me, j, at[me]); \
	goto asking }

inline claim() {
	printf("worker %d: claims job %d, token %d\n", me, job, at[me]);
	COMPARED(me);
	INV(3, at[me] > given);
	INV(12, !SETS || me == job + 1 || silent[job + 1]);
	q.tokens = at[me];
	given = (at[me] > given -> at[me] : given);
	q.job[job].attempts = q.job[job].attempts + COST(me, job);
	q.job[job].holder = me;
	q.job[job].token = at[me];
	begun[job]++;
	INV(6, begun[job] <= ATTEMPTS + REFUNDS);
	q.pin = (VERSIONS && !q.pin -> version[me] : q.pin);
	MOVED
}

inline give_back(refund) {
	printf("worker %d: gives job %d back, %d refunded\n", me, job, refund);
	INV(3, HOLDS(me, job));
	INV(7, !HAS(job, 0));
	if
	:: refund -> q.job[job].refunds++; q.job[job].attempts--
	:: else
	fi;
	take_lease_off(job)
}

inline land() {
	printf("worker %d: lands a record of job %d, token %d\n", me, job, at[me]);
	INV(13, !VERSIONS || !used || used == version[me]);
	used = (VERSIONS -> version[me] : 0);
	append(me, job, at[me]);
	landed = 1
}

inline acknowledged() {
	printf("worker %d: knows its record of job %d, token %d, to be in DATA\n",
		me, job, at[me]);
	INV(1, landed && HAS(job, at[me]))
}

inline forget() {
	looked = looked & ~BIT(me);
	at[me] = 0;
	job = 0;
	landed = 0
}

#define CRASH crashes -> crashes--; printf("worker %d: crashes\n", me)

proctype worker(byte me)
{
	unsigned job : 1;
	bit landed;    /* for the invariant alone: this one has put the record there */

end:
idle:	do
	EACH_JOB(ASK)
#if VERSIONS
	:: d_step { version[me] == 1 && MAY_UPDATE(me) ->
		version[me] = 2;
		printf("worker %d: updates itself to version 2\n", me) }
	:: d_step { MUST_FOLLOW(me) ->
		version[me] = q.pin;
		printf("worker %d: takes on version %d\n", me, q.pin) }
#endif
	:: atomic { gone && given -> gone--; goto dead }
	od;

asking:	if
	:: atomic { IS_SAME(me) && MAY_WIN(me) -> claim(); goto measuring }
	/* Told so, or told nothing and looked. */
	:: atomic { !IS_SAME(me) ->
		if
		:: IS_MINE(me, job) ->
			printf("worker %d: finds token %d at job %d: its own\n",
				me, at[me], job);
			goto measuring
		:: else -> goto lost
		fi }
	fi;

measuring:
	if
	/* A renewal: the lease is still ours, or all was for nothing. */
	:: d_step { touches && HOLDS(me, job) ->
		touches--; q.tokens = TOKENS_AFTER_SQUASH; MOVED;
		printf("worker %d: renews its lease\n", me) }; goto measuring
	:: atomic { !HOLDS(me, job) -> goto lost }
	/* What is not the job's fault, and may go away: with a refund, and without. */
	:: atomic { MAY_RELEASE(me, job) && MAY_REFUND(job) -> give_back(1); goto lost }
	:: atomic { MAY_RELEASE(me, job) -> give_back(0); goto lost }
	/* The record is stored. Nobody asks any more whose the lease is. */
	:: atomic { !IS_THERE(job, at[me]) ->
#ifdef BUG_REMOVED_BEFORE_LANDING
		if
		:: HOLDS(me, job) -> remove(job)
		:: else
		fi;
#endif
		LOOK(me, job);
		printf("worker %d: has measured, finds no record of token %d\n",
			me, at[me]);
		goto landing }
	:: atomic { IS_THERE(job, at[me]) -> acknowledged(); goto lost }
	:: atomic { CRASH; goto lost }
	:: atomic { gone -> gone--; goto dead }
	fi;

landing:
	if
	/* The answer comes, or it is lost. */
	:: atomic { HAS_LOOKED(me) ->
		land();
		if
		:: acknowledged(); goto lost
		:: goto landing
		fi }
	/* The answer was lost, DATA has moved, or this is after a crash. */
	:: atomic { !HAS_LOOKED(me) && IS_THERE(job, at[me]) -> acknowledged(); goto lost }
	:: d_step { !HAS_LOOKED(me) && !IS_THERE(job, at[me]) ->
		LOOK(me, job);
		printf("worker %d: looks again, and finds no record of token %d\n",
			me, at[me]) };
		goto landing
	/* A crash after which the record is still there changes nothing. */
	:: atomic { CRASH; goto lost }
	:: atomic { gone -> gone--; goto dead }
	fi;

/* Without a job; after a crash, too. The lease may still be in QUEUE. */
lost:	atomic { forget(); goto idle };

dead:	atomic { silent[me] = 1; printf("worker %d: is gone for good\n", me); forget() };
end_dead:
	false
}

/* --- The end --- */

active proctype watch()
{
	atomic { timeout -> INV(14, OVER(0) && OVER(JOBS - 1)) }
}

init {
	atomic {
		version[1] = VERSIONS;
		version[2] = VERSIONS;
		run worker(1);
		run worker(2);
		run planner(3);
		run planner(4)
	}
}
