/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unfinished.h - jobs that outlive their window.
 *
 * A job that is added to the queue is written into the ledger as it is at that
 * moment, settings, pixels and selection, and crossed out when it is done. What
 * a window leaves, because it was closed with jobs that wait or because GIMP or
 * this process died, the next window can make: the same bytes, for the same
 * image if it is open (by a mark that lives as long as GIMP has the image, or by
 * its file), else as a new image.
 */
#ifndef PLUGIN_UNFINISHED_H
#define PLUGIN_UNFINISHED_H

#include "job.h"

/* Write down a job whose settings are known, and of its order the seed that was drawn and the part
 * after which it pauses; sets job->ticket. Where that fails the job is made all the same, and is
 * gone with its window. */
void unfinished_keep(struct job *job, int64_t seed, double pause);

/* Job and order of a ticket, as they were; they take the ticket with them. FALSE and an error when
 * it cannot be made: never, if it is damaged, else not now, as when the drive of its model is not
 * there. */
gboolean unfinished_load(const char *ticket, GimpProcedure *procedure, GPtrArray *models,
                         struct job *job, struct order *order, gboolean *damaged, GError **error);

#endif
