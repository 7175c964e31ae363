/*
 * doctor_linux.h - looking at files of Linux
 */
#ifndef GITPERF_RUN_DOCTOR_LINUX_H
#define GITPERF_RUN_DOCTOR_LINUX_H

#include "run/doctor.h"

struct look {
	gitperf_doctor *doctor;
	const char *root;        /* before all paths */
	gitperf_buffer text;     /* of the file read last */
	unsigned cores;          /* highest number of one, plus 1 */
};

/** Read a file; 0 if there is no text in it. */
int gitperf_doctor__read(struct look *look, const char *path);

/** A governor, a driver, ...: the kernel's names have at most 15 bytes. */
#define WORD_MAX 32

/** The first word of a text; 0 when there is none, or a longer one. */
int gitperf_doctor__word(char out[WORD_MAX], const gitperf_buffer *text);

/** Step over digits, at most 18: they fit, and so does a sum of eight. */
int gitperf_doctor__digits(uint64_t *out, const char **text);

/** A file that is a number on a line of its own. */
int gitperf_doctor__number(uint64_t *out, struct look *look, const char *path);

/** How the processor is set up. */
void gitperf_doctor__cpu(struct look *look);

/** Memory and processor time, and how much of it is somebody else's. */
void gitperf_doctor__resources(struct look *look);

#endif
