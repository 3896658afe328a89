/*
 * Files in several processes. A worker does one file at a time; what it writes comes through its
 * pipes and is passed on in the order of the files. The text of a file whose turn has not come
 * waits in its slot, up to a cap: then its worker waits. So memory is bounded whatever the files
 * are, and the worker whose turn it is never waits.
 */
#include "cli/jobs_priv.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/progress.h"
#include "cli/session.h"

enum {
    SLOT_BYTES = 256 * 1024, /* a file that waits for its turn holds no more */
    READ_BYTES = 64 * 1024,
    SLOTS_A_WORKER = 4,
};

/* A file that is given out and not passed on yet; index % slot_count is its place. */
struct slot {
    struct wb_buf out;
    struct wb_buf err;
    int exit_code;
    bool done;
};

struct worker {
    struct wb_os_worker os;
    int index;          /* the file it does, -1 = none */
    bool at_work;       /* its process is there */
    uint64_t out_bytes; /* read of this file so far */
    uint64_t err_bytes;
};

struct many {
    struct cli *cli;
    const struct cli_jobs *jobs;
    int count;
    int next;    /* the file to give out next */
    int current; /* the file whose turn it is */
    int exit_code;
    bool listed; /* an item stands in jobs->list */
    struct worker workers[CLI_JOBS_MAX];
    int worker_count;
    struct slot slots[CLI_JOBS_MAX * SLOTS_A_WORKER];
    int slot_count;
    char read[READ_BYTES];
};

/* The life of a worker: files as they are given, until the parent is gone or has no more. */
static void
work(struct cli *cli, const struct cli_jobs *jobs, int talk)
{
    cli->progress.tell_fd = talk;
    /* What these held is the parent's, or was written before the fork. */
    wb_out_init(&cli->out, &cli->ctx, STDOUT_FILENO, WB_LIMIT_WINDOW);
    wb_out_init(&cli->err, &cli->ctx, STDERR_FILENO, WB_LIMIT_WINDOW);
    if (jobs->list != NULL) {
        wb_json_continue(jobs->list); /* the parent takes the first comma away */
    }
    for (;;) {
        struct cli_job_message message;
        bool heard = false;
        if (wb_os_hear(&cli->ctx, talk, &message, sizeof message, &heard) != WB_OK || !heard) {
            wb_os_exit_now(CLI_GOOD);
        }
        const uint64_t out_before = cli->out.written_bytes;
        const uint64_t err_before = cli->err.written_bytes;
        message.exit_code = cli_jobs_one(cli, jobs, message.index);
        message.kind = CLI_JOB_DONE;
        if (wb_out_finish(&cli->out) != WB_OK || wb_out_finish(&cli->err) != WB_OK) {
            wb_os_exit_now(CLI_BUG);
        }
        message.out_bytes = cli->out.written_bytes - out_before;
        message.err_bytes = cli->err.written_bytes - err_before;
        if (wb_os_tell(&cli->ctx, talk, &message, sizeof message) != WB_OK) {
            wb_os_exit_now(CLI_BUG);
        }
    }
}

/* Starts a worker; the new process does not come back. */
static enum wb_rc
start(struct many *m, struct worker *worker)
{
    bool is_worker = false;
    enum wb_rc rc = (enum wb_rc)wb_os_fork(&m->cli->ctx, &worker->os, &is_worker);
    if (rc == WB_OK && is_worker) {
        for (int i = 0; i < m->worker_count; i++) {
            wb_os_worker_forget(&m->workers[i].os);
        }
        work(m->cli, m->jobs, worker->os.talk);
    }
    worker->index = -1;
    worker->at_work = rc == WB_OK;
    return rc;
}

static struct slot *
slot_of(struct many *m, int index)
{
    return &m->slots[index % m->slot_count];
}

/* Text of the file whose turn it is. */
static void
pass_on(struct many *m, struct wb_str out, struct wb_str err)
{
    struct cli *cli = m->cli;
    if (m->jobs->list != NULL && out.len > 0 && !m->listed) {
        assert(out.at[0] == ',');
        out = wb_str_sub(out, 1, out.len);
        m->listed = true;
    }
    wb_out_str(&cli->out, out);
    wb_out_str(&cli->err, err);
}

static void
pass_slot(struct many *m, struct slot *slot)
{
    pass_on(m, wb_buf_str(&slot->out), wb_buf_str(&slot->err));
    wb_buf_clear(&slot->out);
    wb_buf_clear(&slot->err);
}

/* What a worker wrote: passed on at once when its turn is there and nothing has to be renewed. */
static enum wb_rc
take(struct many *m, const struct worker *worker, bool is_err, struct wb_str bytes)
{
    struct slot *slot = slot_of(m, worker->index);
    const bool at_once = worker->index == m->current && m->jobs->renew == NULL;
    if (at_once) {
        pass_slot(m, slot);
        pass_on(m, is_err ? (struct wb_str){0} : bytes, is_err ? bytes : (struct wb_str){0});
        return WB_OK;
    }
    return wb_buf_add(&m->cli->ctx, is_err ? &slot->err : &slot->out, bytes);
}

/* Reads what is there of one pipe of a worker. *ret_end: it has ended. */
static enum wb_rc
read_pipe(struct many *m, struct worker *worker, bool is_err, bool *ret_end)
{
    int *fd = is_err ? &worker->os.err : &worker->os.out;
    size_t len = 0;
    enum wb_rc rc = (enum wb_rc)wb_os_read(&m->cli->ctx, *fd, m->read, sizeof m->read, &len);
    *ret_end = rc == WB_OK && len == 0;
    if (rc != WB_OK || len == 0) {
        return rc;
    }
    *(is_err ? &worker->err_bytes : &worker->out_bytes) += len;
    return worker->index < 0 ? WB_OK : take(m, worker, is_err, (struct wb_str){m->read, len});
}

/* Everything that the worker said it wrote. */
static enum wb_rc
drain(struct many *m, struct worker *worker, uint64_t out_bytes, uint64_t err_bytes)
{
    enum wb_rc rc = WB_OK;
    bool ended = false;
    while (rc == WB_OK && !ended && worker->out_bytes < out_bytes) {
        rc = read_pipe(m, worker, false, &ended);
    }
    while (rc == WB_OK && !ended && worker->err_bytes < err_bytes) {
        rc = read_pipe(m, worker, true, &ended);
    }
    return rc;
}

/* A worker that ended by itself: its file has failed, and nobody else does it. */
static void
lost(struct many *m, struct worker *worker)
{
    struct cli *cli = m->cli;
    worker->at_work = false;
    wb_os_worker_done(&worker->os);
    if (worker->index < 0) {
        return;
    }
    struct slot *slot = slot_of(m, worker->index);
    struct wb_out say;
    wb_out_init(&say, &cli->ctx, -1, READ_BYTES);
    wb_out_text(&say, "waybill: the process that did ");
    wb_out_safe(&say, wb_str_of(cli_file(cli, worker->index)));
    wb_out_text(&say, " ended before it was done\n");
    if (wb_out_finish(&say) != WB_OK ||
        wb_buf_add(&cli->ctx, &slot->err, wb_buf_str(&say.buf)) != WB_OK) {
        (void)cli_report(cli);
    }
    wb_out_done(&say);
    slot->exit_code = CLI_BUG;
    slot->done = true;
    worker->index = -1;
}

static enum wb_rc
hear(struct many *m, struct worker *worker)
{
    struct cli_job_message message;
    bool heard = false;
    enum wb_rc rc =
        (enum wb_rc)wb_os_hear(&m->cli->ctx, worker->os.talk, &message, sizeof message, &heard);
    if (rc != WB_OK) {
        return rc;
    }
    if (!heard) {
        lost(m, worker);
        return WB_OK;
    }
    if (message.kind == CLI_JOB_READ) {
        cli_progress_add(m->cli, message.out_bytes);
        return WB_OK;
    }
    rc = drain(m, worker, message.out_bytes, message.err_bytes);
    if (rc == WB_OK) {
        struct slot *slot = slot_of(m, worker->index);
        slot->exit_code = message.exit_code;
        slot->done = true;
        worker->index = -1;
        worker->out_bytes = 0;
        worker->err_bytes = 0;
    }
    return rc;
}

/* Passes on every file that is done and whose turn it is. */
static enum wb_rc
advance(struct many *m)
{
    while (m->current < m->next) {
        struct slot *slot = slot_of(m, m->current);
        if (slot->done && m->jobs->renew != NULL) {
            enum wb_rc rc = m->jobs->renew(m->cli, m->jobs->self, &slot->out);
            if (rc != WB_OK) {
                return rc;
            }
        }
        if (m->jobs->renew == NULL || slot->done) {
            pass_slot(m, slot);
        }
        if (!slot->done) {
            return WB_OK;
        }
        m->exit_code = cli_jobs_combine(m->jobs, m->exit_code, slot->exit_code, m->current);
        slot->done = false;
        m->current++;
    }
    return WB_OK;
}

/* Gives files to workers that have none, as far as there are slots. */
static enum wb_rc
give_out(struct many *m)
{
    for (int i = 0; i < m->worker_count; i++) {
        struct worker *worker = &m->workers[i];
        const bool room = m->next < m->count && m->next < m->current + m->slot_count;
        if (!worker->at_work || worker->index >= 0 || !room) {
            continue;
        }
        const struct cli_job_message message = {.kind = CLI_JOB_DO, .index = m->next};
        worker->index = m->next++;
        if (wb_os_tell(&m->cli->ctx, worker->os.talk, &message, sizeof message) != WB_OK) {
            wb_error_clear(&m->cli->ctx); /* it is gone, or would wait for ever */
            lost(m, worker);
        }
    }
    return WB_OK;
}

/* Whether the worker may go on writing: its turn is there, or its slot has room. */
static bool
may_read(struct many *m, const struct worker *worker, bool is_err)
{
    if (!worker->at_work || worker->index < 0) {
        return false;
    }
    struct slot *slot = slot_of(m, worker->index);
    return worker->index == m->current || m->jobs->renew != NULL ||
           (is_err ? slot->err.len : slot->out.len) < SLOT_BYTES;
}

static enum wb_rc
step(struct many *m)
{
    int fds[CLI_JOBS_MAX * 3];
    bool ready[CLI_JOBS_MAX * 3];
    for (int i = 0; i < m->worker_count; i++) {
        const struct worker *worker = &m->workers[i];
        fds[3 * i] = may_read(m, worker, false) ? worker->os.out : -1;
        fds[3 * i + 1] = may_read(m, worker, true) ? worker->os.err : -1;
        fds[3 * i + 2] = worker->at_work ? worker->os.talk : -1;
    }
    enum wb_rc rc =
        (enum wb_rc)wb_os_poll(&m->cli->ctx, fds, ready, (size_t)m->worker_count * 3, -1);
    for (int i = 0; i < m->worker_count && rc == WB_OK; i++) {
        struct worker *worker = &m->workers[i];
        bool ended = false;
        if (ready[3 * i]) {
            rc = read_pipe(m, worker, false, &ended);
        }
        if (rc == WB_OK && ready[3 * i + 1]) {
            rc = read_pipe(m, worker, true, &ended);
        }
        if (rc == WB_OK && ended) {
            lost(m, worker);
        } else if (rc == WB_OK && ready[3 * i + 2]) {
            rc = hear(m, worker);
        }
    }
    return rc;
}

static bool
anybody(const struct many *m)
{
    for (int i = 0; i < m->worker_count; i++) {
        if (m->workers[i].at_work) {
            return true;
        }
    }
    return false;
}

static enum wb_rc
run(struct many *m, int worker_count)
{
    struct cli *cli = m->cli;
    enum wb_rc rc = wb_out_finish(&cli->out);
    if (rc == WB_OK) {
        rc = wb_out_finish(&cli->err);
    }
    for (int i = 0; i < worker_count && rc == WB_OK; i++) {
        rc = start(m, &m->workers[i]);
        m->worker_count += rc == WB_OK ? 1 : 0;
    }
    while (rc == WB_OK && m->current < m->count) {
        rc = give_out(m);
        if (rc == WB_OK && anybody(m)) {
            rc = step(m);
        }
        if (rc == WB_OK) {
            rc = advance(m);
        }
        if (rc == WB_OK && !anybody(m) && m->current < m->count) {
            rc = wb_fail(&cli->ctx, WB_BUG, "all processes ended before the files were done");
        }
    }
    return rc;
}

int
cli_jobs_many(struct cli *cli, const struct cli_jobs *jobs, int count, int worker_count)
{
    struct many *m = wb_arena_alloc(&cli->ctx, &cli->arena, sizeof *m);
    if (m == NULL) {
        return cli_report(cli);
    }
    m->cli = cli;
    m->jobs = jobs;
    m->count = count;
    m->slot_count = worker_count * SLOTS_A_WORKER;
    for (int i = 0; i < m->slot_count; i++) {
        wb_buf_init(&m->slots[i].out, WB_LIMIT_MESSAGE_ARENA);
        wb_buf_init(&m->slots[i].err, WB_LIMIT_MESSAGE_ARENA);
    }
    const enum wb_rc rc = run(m, worker_count);
    for (int i = 0; i < m->worker_count; i++) {
        if (m->workers[i].at_work) {
            wb_os_worker_done(&m->workers[i].os);
        }
    }
    for (int i = 0; i < m->slot_count; i++) {
        wb_buf_done(&m->slots[i].out);
        wb_buf_done(&m->slots[i].err);
    }
    if (m->listed) {
        wb_json_continue(jobs->list);
    }
    return rc == WB_OK ? m->exit_code : cli_report(cli);
}
